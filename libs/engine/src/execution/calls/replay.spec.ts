import { defineTask, type Task } from '@millrace/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../../engine-on-memory.contract.js';

describe('a replay', () => {
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

  it('fails its run when a replay returns without a call that is recorded', async () => {
    let executions = 0;
    const forgetful = defineTask({
      id: 'forgetful',
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        if (++executions > 1) return 'doubled nothing';
        await ctx.step('decide', async () => 'to double');
        return String(await ctx.invoke(double, { n: 1 }));
      },
    });
    const { run } = startEngine([forgetful, double]);
    const { state, error, runId } = await run(forgetful, {});
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'MR_REPLAY_MISMATCH' });
    const words = /^Run (\S+), call (\d+): recorded was (.*) \(input \w+\), asked is (.*?)\. /.exec(
      error?.message ?? '',
    );
    expect(words?.slice(1)).toEqual([runId, '0', 'step "decide"', 'nothing: the task returned without it']);
  });

  it('may throw before it comes to what is recorded: its next attempt is asked for that again', async () => {
    let executions = 0;
    let decisions = 0;
    const unlucky = defineTask({
      id: 'unlucky',
      input: z.object({}),
      result: z.number(),
      retry: { maxAttempts: 2, initialDelay: 0 },
      async run(_, ctx) {
        if (++executions === 2) throw new Error('the network is away');
        await ctx.step('decide', async () => ++decisions);
        return ctx.invoke(double, { n: 1 });
      },
    });
    const { run } = startEngine([unlucky, double]);
    expect(await run(unlucky, {})).toMatchObject({ state: 'succeeded', result: 2, attempt: 2 });
    expect(decisions).toBe(1);
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
