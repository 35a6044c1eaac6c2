import { RunState } from '@millrace/runs';
import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../../engine-on-memory.contract.js';

/** As PostgreSQL says it to a worker that is newer than its schema. */
const refusal = () => Promise.reject(Object.assign(new Error('column "x" does not exist'), { code: '42703' }));

const invoking = defineTask({
  id: 'invoking',
  input: z.object({}),
  result: z.number(),
  run: (_, ctx) => ctx.invoke(double, { n: 1 }),
});
const flaky = defineTask({
  id: 'flaky',
  input: z.object({}),
  result: z.number(),
  retry: { maxAttempts: 2, initialDelay: 0 },
  async run(_, { attempt }) {
    if (attempt === 1) throw new Error('not yet');
    return 2;
  },
});

describe('a move of a run that the store refuses', () => {
  it.each([
    { move: 'suspend', task: invoking, attempt: 1 },
    { move: 'requeue', task: flaky, attempt: 2 },
  ] as const)('is made once the store takes it, and no failure of the run: $move', async ({ move, task, attempt }) => {
    const { store, start, ended, stop } = startEngine([double, invoking, flaky], { writeLimits: { pauseMs: 1 } });
    const taken = store[move].bind(store) as () => Promise<never>;
    let refused = 0;
    store[move] = (...given: Parameters<typeof taken>) => (++refused > 3 ? taken(...given) : refusal());
    const runId = await start(task, {});
    expect(await ended(runId)).toMatchObject({ state: RunState.succeeded, result: 2, attempt });
    expect(refused).toBe(4);
    await stop();
  });
});

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

  it('is written within the grace time of a worker that stops', async () => {
    const { store, executor, start, stop } = startEngine([double], { writeLimits: { pauseMs: 1 } });
    const finish = store.finish.bind(store);
    let refused = 0;
    store.finish = () => {
      refused += 1;
      return refusal();
    };
    const runId = await start(double, { n: 1 });
    await waitFor(() => refused > 0);
    const drained = executor.drain(60_000);
    const before = refused;
    await waitFor(() => refused > before + 4);
    store.finish = finish;
    await drained;
    await stop();
    expect(store.peek(runId)).toMatchObject({ state: RunState.succeeded, result: 2, attempt: 1, epoch: 1 });
  });

  it('asks for another process when it is refused for long, and is left to the lease when this one ends', async () => {
    const limits = { pauseMs: 1, limitMs: 5 };
    const { store, executor, start, recycled, stop } = startEngine([double], { writeLimits: limits });
    store.finish = refusal;
    const runId = await start(double, { n: 1 });
    await waitFor(() => recycled.length > 0);
    const stopped = stop();
    await executor.drain(10);
    await stopped;
    expect(store.peek(runId).state).toBe(RunState.running);
    expect(recycled).toEqual([`the store refuses what run ${runId} has to write`]);
  });
});
