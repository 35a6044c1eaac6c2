import { RunState } from '@millrace/runs';
import { defineTask, FatalError, type Task, TaskFailedError } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, refuse, startEngine } from '../engine-on-memory.contract.js';

describe('a call', () => {
  it('gives the child result, and holds no slot while it waits', async () => {
    const parent = defineTask({
      id: 'parent',
      input: z.object({ n: z.number() }),
      result: z.number(),
      run: async ({ n }, ctx) => (await ctx.invoke(double, { n })) + 1,
    });
    const { run } = startEngine([parent, double], { concurrency: 1 });
    expect(await run(parent, { n: 3 })).toMatchObject({ state: RunState.succeeded, result: 7, epoch: 2 });
  });

  it('gives the results of a map in input order', async () => {
    const sum = defineTask({
      id: 'sum',
      input: z.array(z.number()),
      result: z.array(z.number()),
      run: (numbers, ctx) =>
        ctx.map(
          double,
          numbers.map((n) => ({ n })),
        ),
    });
    const { run } = startEngine([sum, double]);
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    expect(await run(sum, numbers)).toMatchObject({ result: numbers.map((n) => n * 2) });
  });

  it('maps no inputs to no results without a child', async () => {
    const none = defineTask({
      id: 'none',
      input: z.object({}),
      result: z.array(z.number()),
      run: (_, ctx) => ctx.map(double, []),
    });
    const { run } = startEngine([none, double]);
    expect(await run(none, {})).toMatchObject({ state: RunState.succeeded, result: [], epoch: 1 });
  });

  it('throws the failure of its child, which the parent may catch', async () => {
    const careful = defineTask({
      id: 'careful',
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        try {
          await ctx.invoke(refuse, {});
          return 'unexpected';
        } catch (error) {
          return error instanceof TaskFailedError ? error.message.replace(error.runId, 'ID') : 'other';
        }
      },
    });
    const { run } = startEngine([careful, refuse]);
    expect(await run(careful, {})).toMatchObject({ result: 'refuse (run ID) failed: refused' });
  });

  it('ends a parent that does not catch it at once, whatever attempts are left', async () => {
    const careless = defineTask({
      id: 'careless',
      input: z.object({}),
      result: z.array(z.null()),
      retry: { maxAttempts: 5 },
      run: (_, ctx) => ctx.map(refuse, [1, 2]),
    });
    const { run } = startEngine([careless, refuse]);
    expect(await run(careless, {})).toMatchObject({
      state: RunState.failed,
      attempt: 1,
      error: { code: 'MR_TASK_FAILED' },
    });
  });

  it('shows nothing of a suspension to catch and finally', async () => {
    const seen: string[] = [];
    const watchful = defineTask({
      id: 'watchful',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        try {
          return await ctx.invoke(double, { n: 1 });
        } catch (error) {
          seen.push('catch');
          throw error;
        } finally {
          seen.push('finally');
        }
      },
    });
    const { run } = startEngine([watchful, double]);
    await run(watchful, {});
    expect(seen).toEqual(['finally']);
  });

  it('runs beside others, and each replay takes every turn as before', async () => {
    const turns: string[][] = [];
    const parallel = defineTask({
      id: 'parallel',
      input: z.object({}),
      result: z.array(z.number()),
      async run(_, ctx) {
        const order: string[] = [];
        turns.push(order);
        const chain = async (name: string, n: number) => {
          const first = await ctx.invoke(double, { n });
          order.push(`${name}1`);
          const second = await ctx.invoke(double, { n: first });
          order.push(`${name}2`);
          return second;
        };
        return Promise.all([chain('a', 1), chain('b', 10), chain('c', 100)]);
      },
    });
    const { run } = startEngine([parallel, double]);
    expect(await run(parallel, {})).toMatchObject({ result: [4, 40, 400] });
    const last = turns.at(-1) ?? [];
    expect(last).toHaveLength(6);
    for (const order of turns) expect(order).toEqual(last.slice(0, order.length));
  });

  it('does the effect of a step once, whatever is replayed, and sees its value as JSON has it', async () => {
    let effects = 0;
    const seen: unknown[] = [];
    const stepping = defineTask({
      id: 'stepping',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        const first = await ctx.step('count', async () => ({ n: ++effects, none: undefined }));
        const doubled = await ctx.invoke(double, { n: first.n });
        seen.push(first, await ctx.step('nothing', async () => undefined));
        return doubled;
      },
    });
    const { run } = startEngine([stepping, double]);
    expect(await run(stepping, {})).toMatchObject({ result: 2, epoch: 2 });
    expect(effects).toBe(1);
    expect(seen).toStrictEqual([{ n: 1 }, undefined]);
  });

  it('does a step again whose effect failed', async () => {
    let effects = 0;
    const shaky = defineTask({
      id: 'shaky',
      input: z.object({}),
      result: z.number(),
      retry: { initialDelay: 1 },
      run: (_, ctx) =>
        ctx.step('try', async () => {
          effects += 1;
          if (effects === 1) throw new Error('not yet');
          return effects;
        }),
    });
    const { run } = startEngine([shaky]);
    expect(await run(shaky, {})).toMatchObject({ result: 2, attempt: 2 });
  });

  it('waits for a step that runs beside an open call', async () => {
    const beside = defineTask({
      id: 'beside',
      input: z.object({}),
      result: z.array(z.number()),
      run: (_, ctx) =>
        Promise.all([
          ctx.invoke(double, { n: 1 }),
          ctx.step('slow', () => new Promise<number>((resolve) => setTimeout(resolve, 20, 7))),
        ]),
    });
    const { run } = startEngine([beside, double]);
    expect(await run(beside, {})).toMatchObject({ result: [2, 7], epoch: 2 });
  });

  it('takes one arm of a branch, also on a replay, and records the others as skipped', async () => {
    const choose = defineTask({
      id: 'choose',
      input: z.object({ big: z.boolean() }),
      result: z.number(),
      run: ({ big }, ctx) =>
        ctx.branch(big ? 'big' : 'small', {
          big: () => ctx.invoke(double, { n: 100 }),
          small: async () => 1,
        }),
    });
    const { run, record } = startEngine([choose, double]);
    const { runId, ...ended } = await run(choose, { big: true });
    expect(ended).toMatchObject({ result: 200 });
    expect(record(runId)[0]).toMatchObject({ kind: 'branch', key: 'big', value: { taken: 'big', skipped: ['small'] } });
    expect(await run(choose, { big: false })).toMatchObject({ result: 1 });
  });

  it('gives the failures of a mapSettled as outcomes', async () => {
    const odd = defineTask({
      id: 'odd',
      input: z.number(),
      result: z.number(),
      async run(n) {
        if (n % 2 === 0) throw new FatalError('even');
        return n;
      },
    });
    const settle = defineTask({
      id: 'settle',
      input: z.object({}),
      result: z.array(z.string()),
      async run(_, ctx) {
        const outcomes = await ctx.mapSettled(odd, [1, 2, 3]);
        return outcomes.map((outcome) =>
          outcome.status === 'succeeded' ? String(outcome.result) : outcome.error.code,
        );
      },
    });
    const { run } = startEngine([settle, odd]);
    expect(await run(settle, {})).toMatchObject({ result: ['1', 'MR_TASK_FAILED', '3'] });
  });

  it('refuses results of more than 64 MiB in all, which mapEach takes', async () => {
    const large = defineTask({
      id: 'large',
      input: z.number(),
      result: z.string(),
      run: async () => 'x'.repeat(1024 * 1024 - 2),
    });
    const inputs = Array.from({ length: 65 }, (_, n) => n);
    const greedy = defineTask({
      id: 'greedy',
      input: z.object({}),
      result: z.number(),
      run: async (_, ctx) => (await ctx.map(large, inputs)).length,
    });
    const modest = defineTask({
      id: 'modest',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        let seen = 0;
        await ctx.mapEach(large, inputs, () => void (seen += 1));
        return seen;
      },
    });
    const { run } = startEngine([greedy, modest, large]);
    expect(await run(greedy, {})).toMatchObject({
      state: 'failed',
      attempt: 1,
      error: { code: 'MR_RESULTS_TOO_LARGE' },
    });
    expect(await run(modest, {})).toMatchObject({ result: 65 });
    // 130 MiB of JSON, several times over: seconds on a busy machine.
  }, 30_000);

  it('visits the outcomes of a mapEach in input order, whatever a visit awaits', async () => {
    const visit = defineTask({
      id: 'visit',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        let sum = 0;
        const visiting = ctx.mapEach(
          double,
          Array.from({ length: 1_001 }, (_, n) => ({ n })),
          async (outcome, index) => {
            await new Promise(setImmediate);
            if (outcome.status === 'succeeded' && outcome.result === index * 2) sum += 1;
          },
        );
        await Promise.all([visiting, ctx.invoke(double, { n: 1 })]);
        return sum;
      },
    });
    const { run } = startEngine([visit, double], { concurrency: 50 });
    expect(await run(visit, {})).toMatchObject({ result: 1_001 });
  });

  it('answers calls that a visit of mapEach makes, replays included', async () => {
    let steps = 0;
    const calling = defineTask({
      id: 'calling',
      input: z.object({}),
      result: z.array(z.number()),
      async run(_, ctx) {
        const sums: number[] = [];
        await ctx.mapEach(double, [{ n: 1 }, { n: 2 }], async (outcome, index) => {
          const noted = await ctx.step(`note ${String(index)}`, async () => ++steps);
          const doubled = await ctx.invoke(double, { n: outcome.status === 'succeeded' ? outcome.result : 0 });
          sums.push(noted * 100 + doubled);
        });
        return sums;
      },
    });
    const { run } = startEngine([calling, double]);
    expect(await run(calling, {})).toMatchObject({ state: 'succeeded', result: [104, 208] });
    expect(steps).toBe(2);
  });

  it('starts a run that goes on by itself, once, and gives its id', async () => {
    const starting = defineTask({
      id: 'starting',
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        const id = await ctx.start(double, { n: 4 });
        await ctx.invoke(double, { n: 1 });
        return id;
      },
    });
    const { run, store } = startEngine([starting, double]);
    const { result } = await run(starting, {});
    await waitFor(() => store.peek(result as string).state === 'succeeded');
    expect(store.peek(result as string)).toMatchObject({ result: 8, epoch: 1 });
  });

  it('fails its run when a replay asks something else than recorded, and names run, call, recorded and asked', async () => {
    let executions = 0;
    const fickle = defineTask({
      id: 'fickle',
      input: z.object({}),
      result: z.number(),
      run: (_, ctx) => ctx.invoke(double, { n: ++executions }),
    });
    const { run } = startEngine([fickle, double]);
    const { error, runId } = await run(fickle, {});
    expect(error?.code).toBe('MR_REPLAY_MISMATCH');
    const words = /^Run (\S+), call (\d+): recorded was (.*) \(input \w+\), asked is (.*) \(input \w+\)/.exec(
      error?.message ?? '',
    );
    expect(words?.slice(1)).toEqual([runId, '0', 'invoke of "double"', 'invoke of "double"']);
  });

  it('writes each log line once, however often its run is replayed', async () => {
    const chatty = defineTask({
      id: 'chatty',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        ctx.log.info('before');
        const one = await ctx.invoke(double, { n: 1 });
        ctx.log.info('between', { one });
        const two = await ctx.invoke(double, { n: one });
        ctx.log.warn('after');
        return two;
      },
    });
    const { run } = startEngine([chatty, double]);
    const { logs } = await run(chatty, {});
    expect(logs.map(({ n, level, message, fields }) => [n, level, message, fields])).toEqual([
      [1, 'info', 'before', undefined],
      [2, 'info', 'between', '{"one":2}'],
      [3, 'warn', 'after', undefined],
    ]);
  });

  it('gives any nesting of calls the result of calling plain functions', async () => {
    type Tree = { readonly value: number; readonly children: readonly Tree[]; readonly together: boolean };
    const TreeSchema: z.ZodType<Tree, Tree> = z.lazy(() =>
      z.object({ value: z.number(), children: z.array(TreeSchema), together: z.boolean() }),
    );
    const plain = ({ value, children }: Tree): number => children.reduce((sum, child) => sum + plain(child), value);
    const total: Task<Tree, number> = defineTask({
      id: 'total',
      input: TreeSchema,
      result: z.number(),
      async run({ value, children, together }, ctx) {
        if (together) return (await ctx.map(total, children)).reduce((sum, part) => sum + part, value);
        let sum = value;
        for (const child of children) sum += await ctx.invoke(total, child);
        return sum;
      },
    });
    const tree = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.record({
        value: fc.integer(),
        children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
        together: fc.boolean(),
      }),
    })).tree;
    const { run } = startEngine([total]);
    await fc.assert(
      fc.asyncProperty(tree, async (given) => {
        expect((await run(total, given)).result).toBe(plain(given));
      }),
      { numRuns: 50 },
    );
  });
});
