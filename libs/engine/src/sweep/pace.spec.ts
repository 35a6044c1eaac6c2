import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from './pace.js';

const nothing = ({ length }: readonly string[]) => length === 0;

/** A look that takes so many milliseconds. */
const taking =
  (ms: number, found: readonly string[] = []) =>
  async () => {
    vi.advanceTimersByTime(ms);
    return found;
  };

describe('Pace', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => vi.useRealTimers());

  it('pauses as usual while a look in vain is quick', async () => {
    const pace = new Pace(1_000);
    await pace.look(taking(50), nothing);
    expect(pace.pauseMs).toBe(1_000);
  });

  it('takes a twentieth of the time at most for looks in vain, and less than half a minute between two', async () => {
    const pace = new Pace(1_000);
    await pace.look(taking(400), nothing);
    expect(pace.pauseMs).toBe(8_000);
    await pace.look(taking(5_000), nothing);
    expect(pace.pauseMs).toBe(30_000);
  });

  it('rests longer than half a minute where it is let', async () => {
    const pace = new Pace(30_000, 600_000);
    await pace.look(taking(5_000), nothing);
    expect(pace.pauseMs).toBe(100_000);
    await pace.look(taking(100_000), nothing);
    expect(pace.pauseMs).toBe(600_000);
  });

  it('pauses as usual when something was found, however long it took, and again when looks are quick', async () => {
    const pace = new Pace(1_000);
    await pace.look(taking(400), nothing);
    expect(await pace.look(taking(400, ['a run']), nothing)).toEqual(['a run']);
    expect(pace.pauseMs).toBe(1_000);
    await pace.look(taking(400), nothing);
    await pace.look(taking(1), nothing);
    expect(pace.pauseMs).toBe(1_000);
  });

  it('keeps its pause when a look fails', async () => {
    const pace = new Pace(1_000);
    await expect(pace.look(() => Promise.reject(new Error('no server')), nothing)).rejects.toThrow('no server');
    expect(pace.pauseMs).toBe(1_000);
  });
});
