import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { BatchOutcome } from '../batch.js';
import { SnoozeError } from '../errors.js';
import { defineService } from '../service.js';
import { defineTask } from '../task.js';
import { provide } from './provided-services.js';
import { runBatch } from './run-batch.js';
import { runTask } from './run-task.js';

const Doubler = defineService<{ doubleAll(ns: readonly number[]): Promise<number[]> }>('doubler');
const doubler = provide(Doubler, { doubleAll: async (ns) => ns.map((n) => n * 2) });

const double = defineTask({
  id: 'double',
  uses: { doubler: Doubler },
  input: z.object({ n: z.int() }),
  result: z.object({ doubled: z.int().max(100) }),
  run: async ({ n }, ctx) => ({ doubled: (await ctx.services.doubler.doubleAll([n]))[0] ?? 0 }),
  batch: {
    max: 5,
    async runBatch(items) {
      const doubled = (await items[0]?.ctx.services.doubler.doubleAll(items.map(({ input }) => input.n))) ?? [];
      return items.map(({ input, ctx }, index): BatchOutcome<{ doubled: number }> => {
        ctx.log.info(`item ${input.n}`);
        ctx.progress(1);
        if (input.n === 3) return { status: 'failed', error: new SnoozeError('2s') };
        if (input.n === 4) return { status: 'failed', error: new Error(`${ctx.attempt} is not enough`) };
        const result = { doubled: doubled[index] ?? 0 };
        return { status: 'succeeded', result: input.n === 1 ? ctx.completion(result) : result };
      });
    },
  },
});

describe('runBatch', () => {
  it('gives each item its outcome, its log and its progress', async () => {
    const outcomes = await runBatch(double, [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }], {
      services: [doubler],
      attempt: 2,
    });
    expect(outcomes).toMatchObject([
      { status: 'succeeded', result: { doubled: 2 }, logs: [{ message: 'item 1' }], progress: [{ fraction: 1 }] },
      { status: 'succeeded', result: { doubled: 4 } },
      { status: 'snoozed', afterMs: 2_000 },
      { status: 'failed', error: { message: '2 is not enough' } },
    ]);
    const [first] = outcomes;
    if (first?.status === 'succeeded') expectTypeOf(first.result).toEqualTypeOf<{ doubled: number }>();
  });

  it('fails the items alone whose input or result their schemas refuse', async () => {
    const inputs = [{ n: 1.5 }, { n: 60 }, { n: 2 }];
    expect(await runBatch(double, inputs, { services: [doubler] })).toMatchObject([
      { status: 'failed', error: { code: 'MR_INPUT_INVALID' } },
      { status: 'failed', error: { code: 'MR_RESULT_INVALID' } },
      { status: 'succeeded' },
    ]);
  });

  it('fails every item by what the batch throws, and by a wrong number of outcomes', async () => {
    const parts = { id: 'wrong', input: z.int(), result: z.null(), run: async () => null };
    const runBatchThrows = async (): Promise<never> => {
      throw new Error('all of it');
    };
    const throwing = defineTask({ ...parts, batch: { max: 2, runBatch: runBatchThrows } });
    expect(await runBatch(throwing, [1, 2])).toMatchObject([1, 2].map(() => ({ error: { message: 'all of it' } })));
    const silent = defineTask({ ...parts, batch: { max: 2, runBatch: async () => [] } });
    expect(await runBatch(silent, [1, 2])).toMatchObject([1, 2].map(() => ({ error: { code: 'MR_BATCH_OUTCOMES' } })));
  });

  it('rejects when the task takes no batch of that size', async () => {
    await expect(runBatch(double, [], { services: [doubler] })).rejects.toMatchObject({ name: 'TestSetUpError' });
    const plain = defineTask({ id: 'plain', input: z.null(), result: z.null(), run: async () => null });
    await expect(runBatch(plain, [null])).rejects.toThrow('0 items at most');
    expect(await runTask(double, { n: 4 }, { services: [doubler] })).toMatchObject({ result: { doubled: 8 } });
  });
});
