import { RunState } from '@millrace/runs';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { double, startEngine } from '../engine-on-memory.contract.js';

/** As PostgreSQL says it to a worker that is newer than its schema. */
const refusal = () => Promise.reject(Object.assign(new Error('column "x" does not exist'), { code: '42703' }));

describe('the end of a run that the store refuses', () => {
  it('is written once the store takes it, at no attempt’s cost, and holds its slot until then', async () => {
    const { store, start, ended, stop } = startEngine([double], { concurrency: 1, writeLimits: { pauseMs: 1 } });
    const finish = store.finish.bind(store);
    let refused = 0;
    store.finish = () => {
      refused += 1;
      return refusal();
    };
    const [first, second] = [await start(double, { n: 1 }), await start(double, { n: 2 })];
    await waitFor(() => refused > 4);
    expect([store.peek(first).state, store.peek(second).state]).toEqual([RunState.running, RunState.queued]);
    store.finish = finish;
    expect(await ended(first)).toMatchObject({ state: RunState.succeeded, result: 2, attempt: 1 });
    expect(await ended(second)).toMatchObject({ result: 4 });
    await stop();
  });

  it('asks for another process when it is refused for long, and is left to the lease when this one ends', async () => {
    const limits = { pauseMs: 1, limitMs: 5 };
    const { store, executor, start, recycled, stop } = startEngine([double], { writeLimits: limits });
    store.finish = refusal;
    const runId = await start(double, { n: 1 });
    await waitFor(() => recycled.length > 0);
    const stopped = stop();
    await executor.drain(60_000);
    await stopped;
    expect(store.peek(runId).state).toBe(RunState.running);
    expect(recycled).toEqual([`the store does not take what became of run ${runId}`]);
  });
});
