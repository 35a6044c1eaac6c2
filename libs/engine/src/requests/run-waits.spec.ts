import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { RunWaits } from './run-waits.js';

function rig(maxWaits?: number) {
  const ended = new Set<string>();
  const looks: (readonly string[])[] = [];
  let failure: Error | undefined;
  const waits = new RunWaits(
    {
      endedAmong: async (runIds) => {
        looks.push(runIds);
        if (failure !== undefined) throw failure;
        return runIds.filter((id) => ended.has(id));
      },
    },
    silentLogger,
    maxWaits,
  );
  return { ended, looks, waits, fail: (error?: Error) => (failure = error) };
}

describe('waits for runs', () => {
  it('end with the run, and leave the others', async () => {
    const { ended, waits } = rig();
    const [one, again, other] = [
      waits.untilEnded('a', 5_000),
      waits.untilEnded('a', 5_000),
      waits.untilEnded('b', 300),
    ];
    ended.add('a');
    expect(await Promise.all([one, again, other])).toEqual([true, true, false]);
  });

  it('share one look, which asks for each run once', async () => {
    const { looks, ended, waits } = rig();
    const waiting = Array.from({ length: 100 }, (_, n) => waits.untilEnded(`run ${n % 10}`, 5_000));
    await waitFor(() => looks.length > 0);
    expect(looks[0]).toHaveLength(10);
    for (let n = 0; n < 10; n += 1) ended.add(`run ${n}`);
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => true));
    expect(looks.length).toBeLessThan(20);
  });

  it('are over when nobody listens any more', async () => {
    const { waits } = rig();
    const listener = new AbortController();
    const waiting = waits.untilEnded('a', 60_000, listener.signal);
    listener.abort();
    expect(await waiting).toBe(false);
    expect(await waits.untilEnded('a', 60_000, listener.signal)).toBe(false);
  });

  it('are over at once beyond the most that are kept', async () => {
    const { waits, ended } = rig(1);
    const kept = waits.untilEnded('a', 5_000);
    expect(await waits.untilEnded('b', 60_000)).toBe(false);
    ended.add('a');
    expect(await kept).toBe(true);
  });

  it('outlive a look that fails', async () => {
    const { waits, ended, looks, fail } = rig();
    fail(new Error('connection refused'));
    const waiting = waits.untilEnded('a', 5_000);
    await waitFor(() => looks.length > 1);
    fail();
    ended.add('a');
    expect(await waiting).toBe(true);
  });

  it('end when they are stopped, and no other begins', async () => {
    const { waits } = rig();
    const waiting = waits.untilEnded('a', 60_000);
    waits.stop();
    expect([await waiting, await waits.untilEnded('a', 60_000)]).toEqual([false, false]);
  });
});
