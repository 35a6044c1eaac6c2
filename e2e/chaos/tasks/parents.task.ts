import { setTimeout as delay } from 'node:timers/promises';
import { defineTask, type Outcome, type Task, type TaskContext, TaskFailedError } from '@millrace/sdk';
import { z } from 'zod';
import { digestOf, sightOf } from '../seen.js';
import { doomed, flaky, mendable, noop, slow } from './leaves.task.js';
import { recorded } from './recorded.js';

const Parent = z.object({ tag: z.string(), n: z.int(), width: z.int(), depth: z.int().optional() });
/** `seen`: digest of the children's outcomes as the run was told of them. */
const Sum = z.object({ epoch: z.int(), value: z.int(), seen: z.string() });
type Value = { epoch: number; value: number };

const PATIENT = { maxAttempts: 60, initialDelay: '50ms', factor: 1.5, maxDelay: '500ms' } as const;

const inputs = (tag: string, n: number, width: number) => Array.from({ length: width }, (_, i) => ({ tag, n: n + i }));
const sum = (values: readonly Value[]) => values.reduce((total, { value }) => total + value, 0);
const won = (result: unknown) => sightOf({ succeeded: true, runId: '', result });
const told = (outcome: Outcome<unknown>) =>
  outcome.status === 'succeeded' ? won(outcome.result) : sightOf({ succeeded: false, runId: outcome.runId, result: 0 });
const answer = (ctx: TaskContext, value: number, sights: readonly string[]) => ({
  epoch: ctx.epoch,
  value,
  seen: digestOf(sights),
});

export const fan = defineTask({
  id: 'chaos-fan',
  input: Parent,
  result: Sum,
  retry: PATIENT,
  run: ({ tag, n, width }, ctx) =>
    recorded(ctx, async () => {
      const values = await ctx.map(noop, inputs(tag, n, width));
      return answer(ctx, sum(values), values.map(won));
    }),
});

/** Children that take their time: something runs and waits at any moment, also when no request comes through. */
export const lasting = defineTask({
  id: 'chaos-lasting',
  input: Parent,
  result: Sum,
  retry: PATIENT,
  run: ({ tag, n, width }, ctx) =>
    recorded(ctx, async () => {
      const children = inputs(tag, n, width).map((input, index) => ({ ...input, ms: 1_500 + index * 1_000 }));
      const values = await ctx.map(slow, children);
      return answer(ctx, sum(values), values.map(won));
    }),
});

/** Two fan-outs at once, one with children that fail. */
export const settled = defineTask({
  id: 'chaos-settled',
  input: Parent,
  result: Sum,
  retry: PATIENT,
  run: ({ tag, n, width }, ctx) =>
    recorded(ctx, async () => {
      const [lost, good] = await Promise.all([
        ctx.mapSettled(doomed, inputs(tag, n, 2)),
        ctx.mapSettled(flaky, inputs(tag, n, width)),
      ]);
      const results = good.flatMap((outcome) => (outcome.status === 'succeeded' ? [outcome.result] : []));
      return answer(ctx, sum(results), [...lost, ...good].map(told));
    }),
});

/** A tree: `width` children a run, `depth` levels of them. */
export const nest: Task<z.input<typeof Parent>, z.output<typeof Sum>> = defineTask({
  id: 'chaos-nest',
  input: Parent,
  result: Sum,
  retry: PATIENT,
  run: ({ tag, n, width, depth = 0 }, ctx) =>
    recorded(ctx, async () => {
      if (depth === 0) return answer(ctx, n, []);
      const below = inputs(tag, n, width).map((input) => ({ ...input, width, depth: depth - 1 }));
      const values = await ctx.map(nest, below);
      return answer(ctx, sum(values), values.map(won));
    }),
});

/** Calls in sequence: a step, a child, an arm of a branch, a started run. */
export const steps = defineTask({
  id: 'chaos-steps',
  input: Parent,
  result: Sum,
  retry: PATIENT,
  run: ({ tag, n }, ctx) =>
    recorded(ctx, async () => {
      const first = await ctx.step('first', async () => {
        await delay(50);
        return { epoch: ctx.epoch, value: n };
      });
      const child = await ctx.invoke(slow, { tag, n: first.value + 1, ms: 200 });
      const taken = await ctx.branch(n % 2 === 0 ? 'even' : 'odd', {
        even: () => ctx.invoke(noop, { tag, n: child.value }),
        odd: () => ctx.invoke(flaky, { tag, n: child.value, failures: 1 }),
      });
      await ctx.start(noop, { tag: `${tag}/started`, n });
      const last = await ctx.step('last', async () => ({ epoch: ctx.epoch, value: 1 }));
      ctx.log.info('stepped', { value: taken.value });
      return answer(ctx, taken.value + last.value, [won(child), won(taken)]);
    }),
});

/** Catches its child's failure and goes another way. */
export const catcher = defineTask({
  id: 'chaos-catcher',
  input: Parent,
  result: Sum,
  retry: PATIENT,
  run: ({ tag, n }, ctx) =>
    recorded(ctx, async () => {
      try {
        await ctx.invoke(doomed, { tag, n });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'MR_TASK_FAILED')) throw error;
        const other = await ctx.invoke(noop, { tag, n });
        const { runId } = error as TaskFailedError;
        return answer(ctx, other.value, [sightOf({ succeeded: false, runId, result: 0 }), won(other)]);
      }
      throw new Error('the doomed child has succeeded');
    }),
});

/** Fails by one of its children until a person has retried it. */
export const repairable = defineTask({
  id: 'chaos-repairable',
  input: Parent,
  result: Sum,
  retry: PATIENT,
  run: ({ tag, n, width }, ctx) =>
    recorded(ctx, async () => {
      const good = await ctx.map(noop, inputs(tag, n, width));
      const mended = await ctx.map(mendable, inputs(tag, n, 1));
      return answer(ctx, sum(good) + sum(mended), [...good, ...mended].map(won));
    }),
});
