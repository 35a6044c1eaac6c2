import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type RunEnd, RunState } from '@millrace/runs';
import { type BatchOutcome, type BatchPolicy, defineTask, FatalError, SnoozeError } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startEngine } from './engine-on-memory.contract.js';

type Batch = BatchPolicy<number, number, Record<never, unknown>>;
type Item = Parameters<Batch['runBatch']>[0][number];

/** A task of numbers whose batches, of at most four, are done by this function. */
function batchTask(runBatch: Batch['runBatch'], { max = 4, input = z.number(), attemptTimeout = 60_000 } = {}) {
  return defineTask({
    id: 'batched',
    input,
    result: z.number(),
    attemptTimeout,
    retry: { maxAttempts: 2, initialDelay: 1 },
    run: async (n) => -n,
    batch: { max, runBatch },
  });
}

/** Each item by itself, all at once. */
const each = (settle: (item: Item) => Promise<number> | number): Batch['runBatch'] => {
  return async (items) =>
    items.map(async (item): Promise<BatchOutcome<number>> => ({ status: 'succeeded', result: await settle(item) }));
};

const untilAborted = ({ ctx: { signal } }: Item) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('ended, because it was asked to')));
  });

describe('runs of a batch task that come together', () => {
  it('are executed by one call, at most as many as it takes, each to its own result', async () => {
    const sizes: number[] = [];
    const task = batchTask(async (items) => {
      sizes.push(items.length);
      return items.map(({ input }) => ({ status: 'succeeded', result: input * 2 }));
    });
    const runs = await startEngine([task]).runAll(task, [1, 2, 3, 4, 5, 6]);
    expect(runs.map(({ result }) => result)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(runs).toMatchObject(runs.map(() => ({ state: RunState.succeeded, attempt: 1, epoch: 1 })));
    expect(sizes).toEqual([4, 2]);
  });

  it('are executed by `run` when they come alone', async () => {
    const task = batchTask(async () => []);
    expect(await startEngine([task]).run(task, 7)).toMatchObject({ result: -7 });
  });

  it('each have an outcome of their own: returned, failed, failed for good, snoozed', async () => {
    const logged = (ctx: Item['ctx'], word: string) => (ctx.log.info(word, { attempt: ctx.attempt }), word);
    const task = batchTask(async (items) =>
      items.map(({ input, ctx }) => {
        logged(ctx, `item ${input}`);
        if (input === 1) return { status: 'succeeded', result: ctx.completion(11) };
        if (input === 2) return { status: 'failed', error: new Error('not yet') };
        if (input === 3) return { status: 'failed', error: new FatalError('never') };
        return { status: 'failed', error: new SnoozeError(1) };
      }),
    );
    const [returned, failed, fatal, snoozed] = await startEngine([task]).runAll(task, [1, 2, 3, 4]);
    expect(returned).toMatchObject({ state: 'succeeded', result: 11, attempt: 1, logs: [{ message: 'item 1' }] });
    // What comes again comes alone here, and `run` does it.
    expect(failed).toMatchObject({ state: 'succeeded', result: -2, attempt: 2 });
    expect(failed?.attempts).toMatchObject([{ error: { message: 'not yet' } }]);
    expect(fatal).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'MR_FATAL', message: 'never' } });
    expect(snoozed).toMatchObject({ state: 'succeeded', result: -4, attempt: 1, epoch: 2 });
  });

  it('end as soon as their own outcome is there, when it is a promise', async () => {
    let release: (result: number) => void = () => undefined;
    const held = new Promise<number>((resolve) => (release = resolve));
    const task = batchTask(each(({ input }) => (input === 1 ? held : input)));
    const engine = startEngine([task]);
    const [slow, quick] = (await engine.startAll(task, [1, 2])) as [string, string];
    expect(await engine.ended(quick)).toMatchObject({ result: 2 });
    expect(engine.store.peek(slow)).toMatchObject({ state: 'running' });
    release(9);
    expect(await engine.ended(slow)).toMatchObject({ result: 9 });
  });

  it('let go of what they gave once it is committed, though others of their batch go on', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    let release: (result: number) => void = () => undefined;
    const held = new Promise<number>((resolve) => (release = resolve));
    const task = batchTask(each(({ input }) => (input === 1 ? held : input)));
    const engine = startEngine([task]);
    const ends: WeakRef<RunEnd>[] = [];
    const finish = engine.store.finish.bind(engine.store);
    engine.store.finish = (end) => {
      ends.push(new WeakRef(end));
      return finish(end);
    };
    const [slow, quick] = (await engine.startAll(task, [1, 2])) as [string, string];
    await engine.ended(quick);
    expect(ends).toHaveLength(1);
    await waitFor(() => {
      collectGarbage();
      return ends[0]?.deref() === undefined;
    });
    release(9);
    await engine.ended(slow);
  });

  it('all fail by what the batch throws, each within its own attempts', async () => {
    const task = batchTask(async () => {
      throw new FatalError('the whole batch');
    });
    expect(await startEngine([task]).runAll(task, [1, 2])).toMatchObject([
      { state: 'failed', error: { message: 'the whole batch' } },
      { state: 'failed', error: { message: 'the whole batch' } },
    ]);
  });

  it('fail for good when the batch does not say what became of each', async () => {
    const results: unknown[] = [[], undefined, [{}, {}]];
    const task = batchTask(async () => results.shift() as never);
    const engine = startEngine([task]);
    for (const given of ['0 outcomes for 2 items', '0 outcomes', 'neither']) {
      const error = { code: 'MR_BATCH_OUTCOMES', message: expect.stringContaining(given) as string };
      expect(await engine.runAll(task, [1, 2])).toMatchObject([{ attempt: 1, error }, { error }]);
    }
  });

  it('go on without one whose input the schema refuses by now', async () => {
    let deployed = false;
    const input = z.number().refine((n) => !deployed || n !== 2);
    const task = batchTask(
      each(({ input: n }) => n),
      { input },
    );
    const engine = startEngine([task]);
    const claim = engine.store.claim.bind(engine.store);
    engine.store.claim = async (...args) => {
      deployed = true;
      return claim(...args);
    };
    expect(await engine.runAll(task, [1, 2, 3])).toMatchObject([
      { state: 'succeeded' },
      { state: 'failed', error: { code: 'MR_INPUT_INVALID' } },
      { state: 'succeeded' },
    ]);
  });

  it('are cancelled one by one', async () => {
    let release: (result: number) => void = () => undefined;
    const held = new Promise<number>((resolve) => (release = resolve));
    let begun = false;
    const task = batchTask(each((item) => ((begun = true), item.input === 1 ? untilAborted(item) : held)));
    const engine = startEngine([task]);
    const [cancelled, other] = (await engine.startAll(task, [1, 2])) as [string, string];
    await waitFor(() => begun);
    await engine.cancel(cancelled);
    expect(await engine.ended(cancelled)).toMatchObject({ state: 'cancelled' });
    release(5);
    expect(await engine.ended(other)).toMatchObject({ state: 'succeeded', result: 5 });
  });

  it('are left behind as one function when they ignore their signals', async () => {
    const never = new Promise<number>(() => undefined);
    const task = batchTask(async (items) => (await never, items as never), { attemptTimeout: 10 });
    const engine = startEngine([task], { abortGraceMs: 5, zombieLimits: { most: 2 } });
    const runs = await engine.startAll(task, [1, 2, 3]);
    await waitFor(() => runs.every((runId) => engine.store.peek(runId).attempt === 2));
    expect(engine.recycled).toEqual([]);
    await engine.runAll(task, [4, 5, 6]);
    expect(engine.recycled).toEqual(['2 functions ignore their signals']);
  });

  it('are handed back one by one when the worker stops, at no attempt’s cost', async () => {
    let begun = 0;
    const task = batchTask(each((item) => ((begun += 1), item.input === 1 ? 1 : untilAborted(item))));
    const engine = startEngine([task]);
    const [done, ...others] = (await engine.startAll(task, [1, 2, 3])) as [string, string, string];
    await waitFor(() => begun === 3);
    await engine.ended(done);
    const stopped = engine.stop();
    await engine.executor.drain(0);
    await stopped;
    for (const runId of others) {
      expect(engine.store.peek(runId)).toMatchObject({ state: 'queued', attempt: 1, epoch: 1 });
    }
  });

  it('are fenced one by one', async () => {
    const task = batchTask(each(({ input }) => input));
    const engine = startEngine([task]);
    const claim = engine.store.claim.bind(engine.store);
    engine.store.claim = async (...args) => {
      const run = await claim(...args);
      const isLost = run?.input === 1 && run.epoch === 1;
      if (isLost) await engine.store.requeue(run, { reason: 'hand-back', delayMs: 0 });
      return run;
    };
    const [lost, kept] = (await engine.startAll(task, [1, 2])) as [string, string];
    expect(await engine.ended(kept)).toMatchObject({ state: 'succeeded', result: 2 });
    await engine.stop();
    expect(engine.store.peek(lost)).toMatchObject({ state: 'queued', epoch: 1 });
  });

  it('fail to be claimed one by one', async () => {
    const task = batchTask(each(({ input }) => input));
    const engine = startEngine([task]);
    const claim = engine.store.claim.bind(engine.store);
    let asked = 0;
    engine.store.claim = async (...args) => {
      if ((asked += 1) === 1) throw new Error('no database');
      return claim(...args);
    };
    const [unclaimed, ...others] = (await engine.startAll(task, [1, 2, 3])) as [string, string, string];
    for (const runId of others) expect(await engine.ended(runId)).toMatchObject({ state: 'succeeded' });
    expect(engine.store.peek(unclaimed)).toMatchObject({ state: 'queued' });
  });

  it('pass the gates of their limits before they are executed together', async () => {
    let most = 0;
    const limited = defineTask({
      id: 'limited',
      input: z.number(),
      result: z.number(),
      concurrency: { key: () => 'one', limit: 2 },
      run: async (n) => n,
      batch: {
        max: 10,
        async runBatch(items) {
          most = Math.max(most, items.length);
          return items.map(({ input }) => ({ status: 'succeeded', result: input }));
        },
      },
    });
    const runs = await startEngine([limited]).runAll(limited, [1, 2, 3, 4, 5]);
    expect(runs.every(({ state }) => state === RunState.succeeded)).toBe(true);
    expect(most).toBeLessThanOrEqual(2);
  });
});
