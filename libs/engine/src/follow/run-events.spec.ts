import { describe, expect, it } from 'vitest';
import { eventsSince } from './run-events.js';
import { decodePosition, encodePosition, numberOfMove, type RunSight, UNTOLD } from './run-position.js';

const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000);
const queued: RunSight = {
  ...{ runId: 'run', state: 'queued', delivery: 1, epoch: 0, attempt: 1, progress: null },
  ...{ createdAt: at(0), queuedAt: at(0), startedAt: null, finishedAt: null, now: at(9) },
  children: { total: 0, unfinished: 0, succeeded: 0, unsuccessful: 0 },
};
const running: RunSight = { ...queued, state: 'running', epoch: 1, startedAt: at(1) };
/** A whole life: a suspension, a wake-up, a failure, a retry by a person. */
const life: readonly RunSight[] = [
  queued,
  running,
  { ...running, state: 'waiting' },
  { ...running, state: 'queued', delivery: 2 },
  { ...running, delivery: 2, epoch: 2 },
  { ...running, state: 'failed', delivery: 2, epoch: 2, finishedAt: at(5) },
  { ...running, state: 'queued', delivery: 3, epoch: 2, attempt: 2 },
  { ...running, delivery: 3, epoch: 3, attempt: 2 },
  { ...running, state: 'succeeded', delivery: 3, epoch: 3, attempt: 2, finishedAt: at(8) },
];

describe('the events of a run', () => {
  it('are numbered upwards through its whole life', () => {
    const numbers = life.map(numberOfMove);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('rise too when a failed parent is reopened to wait for a child', () => {
    const failed = life[5] as RunSight;
    const reopened: RunSight = { ...failed, state: 'waiting', attempt: 2, finishedAt: null };
    expect(numberOfMove(reopened)).toBeGreaterThan(numberOfMove(failed));
  });

  it('tell every move to who looks at each', () => {
    let position = UNTOLD;
    const told = life.map((sight) => {
      const seen = eventsSince(position, sight);
      position = seen.position;
      return seen.events.map(({ data }) => (data as { state: string }).state);
    });
    expect(told).toEqual(life.map(({ state }) => [state]));
  });

  it('tell who looks once how it began and where it stands', () => {
    const told = eventsSince(UNTOLD, life[8] as RunSight).events.map(({ data }) => data);
    expect(told).toEqual([
      { number: 1, state: 'queued', attempt: 1, at: at(0).toISOString() },
      { number: 4, state: 'running', attempt: 1, at: at(1).toISOString() },
      { number: 21, state: 'succeeded', attempt: 2, at: at(8).toISOString() },
    ]);
  });

  it('say nothing twice, from whichever event a client comes back', () => {
    const sight: RunSight = {
      ...running,
      progress: { fraction: 0.5, note: 'half ~ way' },
      children: { total: 3, unfinished: 1, succeeded: 1, unsuccessful: 1 },
    };
    const { events } = eventsSince(UNTOLD, sight);
    expect(events.map(({ event }) => event)).toEqual(['state', 'state', 'progress', 'children']);
    events.forEach(({ id }, index) => {
      expect(eventsSince(decodePosition(id), sight).events).toEqual(events.slice(index + 1));
    });
  });

  it('begin anew for an id that is none of ours', () => {
    expect(decodePosition('17')).toEqual(UNTOLD);
    expect(decodePosition(undefined)).toEqual(UNTOLD);
    expect(decodePosition(encodePosition({ move: 4, progress: '0.5:', children: '' }))).toMatchObject({ move: 4 });
  });
});
