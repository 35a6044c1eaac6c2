import { describe, expect, it } from 'vitest';
import { faultsOf, scheduleFaults } from './fault-schedule.js';

const schedule = (seed: number, durationMs = 180_000) =>
  scheduleFaults({ seed, durationMs, kinds: faultsOf('redis', true), workers: 3 });

describe('the schedule of faults', () => {
  it('is the same for the same seed', () => {
    expect(schedule(7)).toEqual(schedule(7));
  });

  it('differs for another seed', () => {
    expect(schedule(7)).not.toEqual(schedule(8));
  });

  it('holds every kind of fault within three minutes, whatever the seed', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      expect(new Set(schedule(seed).map(({ kind }) => kind))).toEqual(new Set(faultsOf('redis', true)));
    }
  });

  it('pauses a worker for longer than its lease of 10 s', () => {
    for (const { kind, lastsMs } of schedule(3)) if (kind === 'pause-worker') expect(lastsMs).toBeGreaterThan(10_000);
  });

  it('ends with the time that it is given', () => {
    expect(Math.max(...schedule(5, 20_000).map(({ atMs }) => atMs))).toBeLessThan(20_000);
  });

  it('fills no archive that has no disk of its own', () => {
    expect(faultsOf('redis', true)).toContain('fill-archive');
    expect(faultsOf('redis', false)).not.toContain('fill-archive');
  });

  it('has no fault of Redis where there is none', () => {
    expect(faultsOf('postgres', true).filter((kind) => kind.endsWith('redis'))).toEqual([]);
  });
});
