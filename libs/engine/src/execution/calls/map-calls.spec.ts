import { RunState, type Delivery } from '@millrace/runs';
import { defineTask, FatalError } from '@millrace/sdk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../../engine-on-memory.contract.js';

describe('a map', () => {
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

  it('names each child by the key that its input gives', async () => {
    const all = defineTask({
      id: 'all',
      input: z.null(),
      result: z.array(z.number()),
      run: (_, ctx) => ctx.map(double, [{ n: 1 }, { n: 2 }], { key: ({ n }, index) => `${index} of ${n}` }),
    });
    const { run, store } = startEngine([all, double]);
    const openCall = store.openCall.bind(store);
    const keys: (string | undefined)[] = [];
    store.openCall = async (execution, call, children) => {
      keys.push(...children.map(({ key }) => key));
      return openCall(execution, call, children);
    };
    expect(await run(all, null)).toMatchObject({ result: [2, 4] });
    expect(keys).toEqual(['0 of 1', '1 of 2']);
  });

  it('goes on where an execution that was lost amid its creation had come to, and creates no child twice', async () => {
    // A statement takes 4 MiB of inputs: each of these is created by one of its own.
    const texts = [1, 2, 3].map((more) => 'x'.repeat(3 * 1024 * 1024 + more));
    const measure = defineTask({ id: 'measure', input: z.string(), result: z.number(), run: async (t) => t.length });
    const all = defineTask({
      id: 'all',
      input: z.null(),
      result: z.array(z.number()),
      run: (_, ctx) => ctx.map(measure, texts),
    });
    const { run, store, queue } = startEngine([all, measure]);
    const addChildren = store.addChildren.bind(store);
    const asked: (readonly number[])[] = [];
    store.addChildren = async (execution, call, children, sealed) => {
      asked.push(children.map(({ index }) => index));
      if (asked.length === 2) {
        const delivery = await store.requeue(execution, { reason: 'hand-back', delayMs: 0 });
        await queue.deliver([delivery as Delivery]);
      }
      return addChildren(execution, call, children, sealed);
    };
    expect(await run(all, null)).toMatchObject({ epoch: 3, result: texts.map(({ length }) => length) });
    expect(asked).toEqual([[1], [2], [2]]);
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
});
