import { RunState } from '@millrace/runs';
import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, refuse, startEngine } from './engine-on-memory.contract.js';

/** Resolves when the signal is aborted. */
const untilTold = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

describe('shutting down', () => {
  let started = false;
  let reason: unknown;
  const patient = defineTask({
    id: 'patient',
    input: z.object({}),
    result: z.number(),
    run: (_, { signal }) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(new Error('aborted'));
        });
        started = true;
      }),
  });

  it('hands back what does not end within the grace time, at no attempt’s cost', async () => {
    const { executor, start, store, stop } = startEngine([patient]);
    const runId = await start(patient, {});
    await waitFor(() => started);
    const stopped = stop();
    await executor.drain(0);
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: 'queued', attempt: 1, epoch: 1 });
    expect(reason).toMatchObject({ code: 'MR_WORKER_STOPPING' });
  });

  it('hands back a run whose claim was under way', async () => {
    const { executor, start, store, stop } = startEngine([double]);
    const claim = store.claim.bind(store);
    const draining = new Promise<void>((drained) => {
      store.claim = async (...args) => {
        const claimed = await claim(...args);
        void executor.drain(1_000).then(drained);
        return claimed;
      };
    });
    const runId = await start(double, { n: 1 });
    await draining;
    await stop();
    expect(store.peek(runId)).toMatchObject({ state: 'queued', attempt: 1, epoch: 1 });
  });

  it('calls no function of a run that is handed back while its input is checked', async () => {
    const checks: (() => void)[] = [];
    let called = false;
    const checked = defineTask({
      id: 'checked',
      input: z.object({}).refine(() => new Promise<boolean>((resolve) => checks.push(() => resolve(true)))),
      result: z.null(),
      async run() {
        called = true;
        return null;
      },
    });
    const { executor, start, store, stop } = startEngine([checked]);
    const starting = start(checked, {});
    (await waitFor(() => checks.shift()))();
    const runId = await starting;
    const finishCheck = await waitFor(() => checks.shift());
    const stopped = stop();
    await executor.drain(0);
    finishCheck();
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: 'queued', attempt: 1, epoch: 1 });
    expect(called).toBe(false);
  });

  it('waits for what ends within the grace time', async () => {
    let end: (() => void) | undefined;
    const short = defineTask({
      id: 'short',
      input: z.object({}),
      result: z.null(),
      run: () => new Promise<null>((resolve) => (end = () => resolve(null))),
    });
    const { executor, start, store } = startEngine([short]);
    const runId = await start(short, {});
    const finish = await waitFor(() => end);
    const drained = executor.drain(60_000);
    finish();
    await drained;
    expect(store.peek(runId)).toMatchObject({ state: 'succeeded', epoch: 1 });
  });

  it('tells a function to stop and waits for its end before its run, and the place at its key, go to others', async () => {
    const order: string[] = [];
    const tidy = defineTask({
      id: 'tidy',
      input: z.object({}),
      result: z.null(),
      concurrency: { key: () => 'k', limit: 1 },
      async run(_, { signal }) {
        order.push('begins');
        await untilTold(signal);
        await nextTurn();
        order.push('ends');
        throw signal.reason as Error;
      },
    });
    const { executor, start, store, stop } = startEngine([tidy]);
    for (const verb of ['requeue', 'admit'] as const) {
      const move = store[verb].bind(store) as () => Promise<never>;
      store[verb] = (...given: Parameters<typeof move>) => {
        if (order.length > 0) order.push(verb);
        return move(...given);
      };
    }
    const runId = await start(tidy, {});
    await waitFor(() => order.length > 0);
    const stopped = stop();
    await executor.drain(0);
    await stopped;
    expect(order).toEqual(['begins', 'ends', 'requeue', 'admit']);
    expect(store.peek(runId)).toMatchObject({ state: RunState.queued, attempt: 1, epoch: 1 });
  });

  it('hands back the run of a function that ignores its signal', async () => {
    const deaf = defineTask({
      id: 'deaf',
      input: z.object({}),
      result: z.null(),
      run: () => new Promise<null>(() => undefined),
    });
    const { executor, start, store, stop } = startEngine([deaf]);
    const runId = await start(deaf, {});
    await waitFor(() => store.peek(runId).state === RunState.running);
    const stopped = stop();
    await executor.drain(0);
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: RunState.queued, attempt: 1, epoch: 1 });
  });

  it.each([
    ['a result', RunState.succeeded, { attempt: 1, result: 2 }, () => Promise.resolve(2)],
    ['a failure', RunState.queued, { attempt: 2 }, (): Promise<number> => Promise.reject(new Error('no'))],
  ] as const)('commits %s that a function came to before, and hands nothing back', async (_, state, kept, run) => {
    const task = defineTask({
      id: 'quick',
      input: z.object({}),
      result: z.number(),
      run: (): Promise<number> => run(),
    });
    const { executor, start, store, stop } = startEngine([task]);
    const reasons: string[] = [];
    let commit: (() => void) | undefined;
    const finish = store.finish.bind(store);
    const requeue = store.requeue.bind(store);
    store.finish = (end) => new Promise((answer) => (commit = () => answer(finish(end))));
    store.requeue = (execution, how) => {
      reasons.push(how.reason);
      return new Promise((answer) => (commit = () => answer(requeue(execution, how))));
    };
    const runId = await start(task, {});
    const goOn = await waitFor(() => commit);
    const stopped = stop();
    const drained = executor.drain(0);
    await nextTurn();
    goOn();
    await drained;
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state, epoch: 1, ...kept });
    expect(reasons).not.toContain('hand-back');
  });

  it('takes no result of a function that was told to stop, which may be half of one', async () => {
    const halves = defineTask({
      id: 'halves',
      input: z.object({}),
      result: z.string(),
      run: async (_, { signal }) => untilTold(signal).then(() => 'half'),
    });
    const { executor, start, store, stop } = startEngine([halves]);
    const runId = await start(halves, {});
    await waitFor(() => store.peek(runId).state === RunState.running);
    await nextTurn();
    const stopped = stop();
    await executor.drain(0);
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: RunState.queued, attempt: 1 });
  });

  it('records a step that is done, none that fails since it was told to stop, and takes no call after that', async () => {
    let begun = false;
    let late: unknown;
    const stepping = defineTask({
      id: 'stepping',
      input: z.object({}),
      result: z.null(),
      async run(_, ctx) {
        const done = ctx.step('done', async () => untilTold(ctx.signal).then(() => 'kept'));
        const cut = ctx.step('cut', async () => {
          begun = true;
          await untilTold(ctx.signal);
          throw new Error('aborted');
        });
        await Promise.allSettled([done, cut]);
        late = await ctx.step('late', async () => 1).catch((error: unknown) => error);
        return null;
      },
    });
    const { executor, start, store, record, stop } = startEngine([stepping]);
    const runId = await start(stepping, {});
    await waitFor(() => begun);
    const stopped = stop();
    await executor.drain(0);
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: RunState.queued, attempt: 1 });
    expect(record(runId).map(({ key }) => key)).toEqual(['done']);
    expect(late).toMatchObject({ code: 'MR_EXECUTION_OVER' });
  });

  it('queues no further children again once it hands their run back, which the next execution goes on with', async () => {
    const again = defineTask({
      ...{ id: 'again', input: z.object({}), result: z.null(), retry: { maxAttempts: 2, initialDelay: 0 } },
      run: (_, ctx) =>
        ctx.invoke(refuse, {}).catch(() => {
          throw new Error('once more');
        }),
    });
    const { executor, start, store, stop } = startEngine([again, refuse]);
    let chunks = 0;
    // As many failed children as it likes.
    store.reopenChildren = async (_execution, _seq, from, limit) => {
      chunks += 1;
      await nextTurn();
      return { deliveries: [], next: from + limit };
    };
    const runId = await start(again, {});
    await waitFor(() => chunks > 1);
    const stopped = stop();
    await executor.drain(0);
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: RunState.queued, attempt: 2 });
  });
});
