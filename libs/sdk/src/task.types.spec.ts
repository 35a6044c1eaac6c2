import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { BatchPolicy } from './batch.js';
import { defineService } from './service.js';
import type { TaskContext } from './task-context.js';
import { defineTask, isTask, type Task } from './task.js';

const FileRef = z.object({ path: z.string(), kind: z.enum(['detections', 'statuses']) });
const load = defineTask({
  id: 'load',
  input: FileRef,
  result: z.object({ rows: z.number() }),
  run: async () => ({ rows: 1 }),
});

describe('defineTask', () => {
  it('gives the caller the types on the wire: input before parsing, result after', () => {
    const coerced = defineTask({
      id: 'coerced',
      input: z.object({ n: z.coerce.number(), word: z.string().default('x') }),
      result: z.object({ ok: z.boolean() }),
      async run({ n, word }) {
        expectTypeOf(n).toEqualTypeOf<number>();
        expectTypeOf(word).toEqualTypeOf<string>();
        return { ok: true };
      },
    });
    expectTypeOf(coerced).toEqualTypeOf<Task<{ n: unknown; word?: string | undefined }, { ok: boolean }, 'coerced'>>();
    expect(isTask(coerced)).toBe(true);
    expect(isTask({ id: 'coerced' })).toBe(false);
  });

  it('types calls by the child', () => {
    const calling = async (ctx: TaskContext) => {
      expectTypeOf(await ctx.invoke(load, { path: 'p', kind: 'statuses' })).toEqualTypeOf<{ rows: number }>();
      expectTypeOf(await ctx.map(load, [{ path: 'p', kind: 'statuses' }])).toEqualTypeOf<{ rows: number }[]>();
      // @ts-expect-error a wrong input
      await ctx.invoke(load, { path: 1 });
      // @ts-expect-error a wrong word
      await ctx.map(load, [{ path: 'p', kind: 'other' }]);
    };
    expect(calling).toBeTypeOf('function');
  });

  it('types a branch by its arms, which must be those that the word can name', () => {
    const branching = async (ctx: TaskContext, on: 'a' | 'b') => {
      const taken = await ctx.branch(on, { a: async () => 1, b: async () => 'two' });
      expectTypeOf(taken).toEqualTypeOf<number | string>();
      // @ts-expect-error an arm is missing
      await ctx.branch(on, { a: async () => 1 });
      // @ts-expect-error an arm that nothing can name
      await ctx.branch(on, { a: async () => 1, b: async () => 2, c: async () => 3 });
    };
    expect(branching).toBeTypeOf('function');
  });

  it('types a step by its effect, and refuses a value that JSON does not keep', () => {
    const stepping = async (ctx: TaskContext) => {
      expectTypeOf(await ctx.step('list', async () => ['a'])).toEqualTypeOf<string[]>();
      expectTypeOf(await ctx.step('send', async () => {})).toEqualTypeOf<void>();
      // @ts-expect-error a Date comes back as text
      await ctx.step('now', async () => new Date());
    };
    expect(stepping).toBeTypeOf('function');
  });

  it('types the outcomes of mapSettled', () => {
    const settling = async (ctx: TaskContext) => {
      for (const outcome of await ctx.mapSettled(load, [{ path: 'p', kind: 'statuses' }])) {
        if (outcome.status === 'succeeded') expectTypeOf(outcome.result).toEqualTypeOf<{ rows: number }>();
        else expectTypeOf(outcome.error.taskId).toEqualTypeOf<string>();
      }
    };
    expect(settling).toBeTypeOf('function');
  });

  it('gives a task the services it names and no others', () => {
    const Clock = defineService<{ now(): string }>('clock');
    defineTask({
      id: 'clocked',
      uses: { clock: Clock },
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        // @ts-expect-error not asked for
        void ctx.services.other;
        return ctx.services.clock.now();
      },
    });
    defineTask({
      id: 'plain',
      input: z.object({}),
      result: z.null(),
      async run(_, ctx) {
        // @ts-expect-error not asked for
        void ctx.services.clock;
        return null;
      },
    });
  });

  it('types the items and the outcomes of a batch, and gives its items no calls', () => {
    const Clock = defineService<{ now(): string }>('clock');
    defineTask({
      id: 'batched',
      uses: { clock: Clock },
      input: z.object({ n: z.coerce.number() }),
      result: z.object({ rows: z.number() }),
      run: async (_, ctx) => ctx.completion({ rows: 1 }),
      batch: {
        max: 500,
        async runBatch(items) {
          return items.map(({ input, ctx }) => {
            expectTypeOf(input).toEqualTypeOf<{ n: number }>();
            expectTypeOf(ctx.services.clock.now()).toEqualTypeOf<string>();
            // @ts-expect-error a call may suspend, and the other items are in the same function
            void ctx.invoke;
            // @ts-expect-error nor does an item record steps
            void ctx.step;
            return input.n > 0
              ? { status: 'succeeded', result: ctx.completion({ rows: 1 }) }
              : Promise.resolve({ status: 'failed' as const, error: new Error('none') });
          });
        },
      },
    });
    const refused = {
      max: 10,
      // @ts-expect-error a result that the schema does not take
      runBatch: async (items) => items.map(() => ({ status: 'succeeded', result: { rows: 'one' } })),
    } satisfies BatchPolicy<unknown, { rows: number }, unknown>;
    expect(refused.max).toBe(10);
  });

  it('refuses a batch of a size that no statement takes', () => {
    const run = async () => null;
    const define = (max: number) =>
      defineTask({ id: 'sized', input: z.object({}), result: z.null(), run, batch: { max, runBatch: async () => [] } });
    for (const max of [0, 1.5, 501, Number.NaN]) expect(() => define(max)).toThrow(RangeError);
    expect(define(500).definition.batch?.max).toBe(500);
  });

  it('refuses types that JSON does not keep', () => {
    // @ts-expect-error a Date comes back as text
    defineTask({ id: 'dated', input: z.object({ at: z.date() }), result: z.null(), run: async () => null });
    // @ts-expect-error a bigint does not go into JSON at all
    defineTask({ id: 'big', input: z.object({}), result: z.object({ n: z.bigint() }), run: async () => ({ n: 1n }) });
    const pairs = z.map(z.string(), z.string());
    // @ts-expect-error neither does a Map
    defineTask({ id: 'mapped', input: z.object({}), result: pairs, run: async () => new Map() });
  });

  it('refuses a malformed id', () => {
    const define = (id: string) => defineTask({ id, input: z.object({}), result: z.null(), run: async () => null });
    for (const id of ['', 'Hello', 'two words', 'a--b', '-a', 'a'.repeat(101)])
      expect(() => define(id)).toThrow(TypeError);
    expect(define('a-1').id).toBe('a-1');
  });

  it('refuses a queue that BullMQ does not take or WORKER_QUEUES cannot name', () => {
    const define = (queue: string) =>
      defineTask({ id: 'queued', queue, input: z.object({}), result: z.null(), run: async () => null });
    for (const queue of ['', 'reports:eu', 'two words', 'a,b', 'a'.repeat(101)])
      expect(() => define(queue)).toThrow(/is no name of a queue/);
    expect(define('Reports_eu-1').definition.queue).toBe('Reports_eu-1');
  });
});
