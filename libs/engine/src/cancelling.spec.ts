import { RunState } from '@millrace/runs';
import { defineTask, FatalError } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from './engine-on-memory.contract.js';

const none = z.object({});

describe('cancelling', () => {
  /** Ends when its signal is aborted, with the reason. */
  const reasons: unknown[] = [];
  let started = 0;
  const obedient = defineTask({
    id: 'obedient',
    input: z.unknown(),
    result: z.null(),
    run: (_, { signal }) =>
      new Promise<null>((_, reject) => {
        started += 1;
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason as Error);
        });
      }),
  });
  const stateOf = (engine: ReturnType<typeof startEngine>, runId: string) => engine.store.peek(runId).state;
  const isCancelled = (engine: ReturnType<typeof startEngine>, runId: string) =>
    waitFor(() => stateOf(engine, runId) === RunState.cancelled);

  it('aborts the signal of a running task with a reason that says so, and ends its run', async () => {
    const engine = startEngine([obedient]);
    const before = started;
    const runId = await engine.start(obedient, {});
    await waitFor(() => started > before);
    await engine.cancel(runId);
    await isCancelled(engine, runId);
    expect(reasons.at(-1)).toMatchObject({ name: 'RunAbortedError', code: 'MR_RUN_CANCELLED' });
    expect(engine.store.peek(runId)).toMatchObject({ attempt: 1, error: { code: 'MR_RUN_CANCELLED' } });
  });

  it('lets a result stand that a task returns although it was told to stop', async () => {
    const stubborn = defineTask({
      id: 'stubborn',
      input: none,
      result: z.string(),
      run: (_, { signal }) =>
        new Promise<string>((resolve) => {
          started += 1;
          signal.addEventListener('abort', () => resolve('done'));
        }),
    });
    const engine = startEngine([stubborn]);
    const before = started;
    const runId = await engine.start(stubborn, {});
    await waitFor(() => started > before);
    await engine.cancel(runId);
    await waitFor(() => stateOf(engine, runId) === RunState.succeeded);
    await expect(engine.cancel(runId)).rejects.toMatchObject({ code: 'MR_RUN_ENDED' });
  });

  it('ends the run of a task that ignores its signal, frees its slot, and refuses what it does later', async () => {
    let goOn: () => void = () => undefined;
    let late: unknown;
    const deaf = defineTask({
      id: 'deaf',
      input: none,
      result: z.number(),
      async run(_, ctx) {
        await new Promise<void>((resolve) => (goOn = resolve));
        late = await ctx.invoke(double, { n: 1 }).catch((error: unknown) => error);
        return 1;
      },
    });
    const engine = startEngine([deaf, double], { concurrency: 1 });
    const runId = await engine.start(deaf, {});
    await waitFor(() => stateOf(engine, runId) === RunState.running);
    await engine.cancel(runId);
    await isCancelled(engine, runId);
    expect(await engine.run(double, { n: 2 })).toMatchObject({ result: 4 });
    goOn();
    await waitFor(() => late);
    expect(late).toMatchObject({ code: 'MR_EXECUTION_OVER' });
    expect(stateOf(engine, runId)).toBe(RunState.cancelled);
    expect(engine.recycled).toEqual([]);
  });

  it.each([
    ['there are too many of them', { most: 2 }],
    ['one lives too long', { longestLifeMs: 1 }],
  ])('asks once for the end of the process when functions ignore their signals and %s', async (_, zombieLimits) => {
    const deaf = defineTask({
      id: 'deaf',
      input: none,
      result: z.null(),
      run: () => new Promise<null>(() => undefined),
    });
    const engine = startEngine([deaf], { zombieLimits });
    const runIds = await Promise.all([1, 2, 3].map(() => engine.start(deaf, {})));
    await waitFor(() => runIds.every((runId) => stateOf(engine, runId) === RunState.running));
    for (const runId of runIds) await engine.cancel(runId);
    await waitFor(() => engine.recycled.length > 0);
    for (const runId of runIds) await isCancelled(engine, runId);
    expect(engine.recycled).toHaveLength(1);
  });

  it('cancels children and theirs, and lets the code of the suspended parents see nothing of it', async () => {
    const seen: string[] = [];
    const waits = (id: string, child: typeof obedient) =>
      defineTask({
        id,
        input: none,
        result: z.null(),
        async run(_, ctx): Promise<null> {
          try {
            return await ctx.invoke(child, {});
          } catch {
            seen.push('catch');
          } finally {
            seen.push('finally');
          }
          return null;
        },
      });
    const middle = waits('middle', obedient);
    const top = waits('top', middle as unknown as typeof obedient);
    const engine = startEngine([top, middle, obedient]);
    const before = started;
    const runId = await engine.start(top, {});
    await waitFor(() => started > before);
    await engine.cancel(runId);
    await waitFor(async () => {
      await engine.sweep();
      return (await engine.store.cancellation.dropMarks()) === 0 && stateOf(engine, runId) === RunState.cancelled;
    });
    expect(seen).toEqual([]);
    expect(reasons.at(-1)).toMatchObject({ code: 'MR_RUN_CANCELLED' });
  });

  it('of a child alone throws TaskFailedError where its parent waits for it', async () => {
    const catching = defineTask({
      id: 'catching',
      input: none,
      result: z.unknown(),
      async run(_, ctx) {
        return ctx.invoke(obedient, {}).catch((error: { code: string; cause: { code: string } }) => ({
          ...{ code: error.code, cause: error.cause.code },
        }));
      },
    });
    const engine = startEngine([catching, obedient]);
    const before = started;
    const ended = engine.run(catching, {});
    await waitFor(() => started > before);
    const [child] = engine.store.ids().filter((id) => engine.store.peek(id).taskId === 'obedient');
    await engine.cancel(child as string);
    expect((await ended).result).toEqual({ code: 'MR_TASK_FAILED', cause: 'MR_RUN_CANCELLED' });
  });

  it('of the rest follows the first failure in a map: who runs is told, who is queued never starts', async () => {
    const startedOf: number[] = [];
    const picky = defineTask({
      id: 'picky',
      input: z.number(),
      result: z.null(),
      run: (n, { signal }) =>
        new Promise<null>((_, reject) => {
          startedOf.push(n);
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          if (n === 2) void waitFor(() => startedOf.length === 3).then(() => reject(new FatalError('two')));
        }),
    });
    const mapping = defineTask({
      id: 'mapping',
      input: none,
      result: z.unknown(),
      async run(_, ctx) {
        return ctx.map(picky, [0, 1, 2, 3, 4, 5]).catch(({ message }: Error) => message);
      },
    });
    // The parent's slot is free while it waits: three children run, three are queued.
    const engine = startEngine([mapping, picky], { concurrency: 3 });
    const ended = engine.run(mapping, {});
    await waitFor(async () => {
      await engine.sweep();
      return engine.store.ids().some((id) => stateOf(engine, id) === RunState.cancelled);
    });
    const sweeping = setInterval(() => void engine.sweep(), 10);
    const { result } = await ended.finally(() => clearInterval(sweeping));
    expect(result).toContain('failed: two');
    expect(startedOf.sort()).toEqual([0, 1, 2]);
  });

  it('of nobody follows a failure among settled ones', async () => {
    const odd = defineTask({
      id: 'odd',
      input: z.number(),
      result: z.number(),
      async run(n) {
        if (n === 0) throw new FatalError('zero');
        return n;
      },
    });
    const settling = defineTask({
      id: 'settling',
      input: none,
      result: z.array(z.string()),
      async run(_, ctx) {
        const statuses: string[] = [];
        for (const { status } of await ctx.mapSettled(odd, [0, 1, 2])) statuses.push(status);
        await ctx.mapEach(odd, [0, 3], ({ status }) => void statuses.push(status));
        return statuses;
      },
    });
    const engine = startEngine([settling, odd], { concurrency: 1 });
    const { result } = await engine.run(settling, {});
    expect(result).toEqual(['failed', 'succeeded', 'succeeded', 'failed', 'succeeded']);
  });

  it('takes the awaited children of a run that ends without them, those under creation included', async () => {
    const hasty = defineTask({
      id: 'hasty',
      input: none,
      result: z.null(),
      async run(_, ctx) {
        void ctx.invoke(obedient, {});
        return null;
      },
    });
    const engine = startEngine([hasty, obedient], { concurrency: 1 });
    await engine.run(hasty, {});
    await waitFor(async () => {
      await engine.sweep();
      return engine.store.ids().some((id) => stateOf(engine, id) === RunState.cancelled);
    });
  });
});
