import { setTimeout as delay } from 'node:timers/promises';
import { defineTask, SnoozeError, type TaskContext } from '@millrace/sdk';
import { z } from 'zod';
import { recorded } from './recorded.js';

/** `tag` names the request that the run comes from, `n` is what a leaf gives back. */
const Leaf = z.object({ tag: z.string(), n: z.int(), ms: z.int().optional(), failures: z.int().optional() });
/** `epoch` is the execution that returned it: the row must have the same. */
const Value = z.object({ epoch: z.int(), value: z.int() });

/** More than any schedule of faults can use up. */
const PATIENT = { maxAttempts: 60, initialDelay: '50ms', factor: 1.5, maxDelay: '500ms' } as const;

const leaf = (ctx: TaskContext, value: number) => ({ epoch: ctx.epoch, value });
const fail = (ctx: TaskContext, why: string) => new Error(`${why}, epoch ${ctx.epoch}`);

export const noop = defineTask({
  id: 'chaos-noop',
  input: Leaf,
  result: Value,
  retry: PATIENT,
  run: ({ n }, ctx) => recorded(ctx, async () => leaf(ctx, n)),
});

/** Heeds its signal. */
export const slow = defineTask({
  id: 'chaos-slow',
  input: Leaf,
  result: Value,
  retry: PATIENT,
  run: ({ n, ms }, ctx) =>
    recorded(ctx, async () => {
      await delay(ms ?? 500, undefined, { signal: ctx.signal });
      return leaf(ctx, n);
    }),
});

/** Ignores its signal. */
export const stubborn = defineTask({
  id: 'chaos-stubborn',
  input: Leaf,
  result: Value,
  retry: PATIENT,
  run: ({ n, ms }, ctx) =>
    recorded(ctx, async () => {
      await delay(ms ?? 1_000);
      return leaf(ctx, n);
    }),
});

/** Fails some attempts, then succeeds. */
export const flaky = defineTask({
  id: 'chaos-flaky',
  input: Leaf,
  result: Value,
  retry: PATIENT,
  run: ({ n, failures }, ctx) =>
    recorded(ctx, async () => {
      if (ctx.attempt <= (failures ?? 1)) throw fail(ctx, 'flaky');
      return leaf(ctx, n);
    }),
});

/** Fails for ever. */
export const doomed = defineTask({
  id: 'chaos-doomed',
  input: Leaf,
  result: Value,
  retry: { maxAttempts: 2, initialDelay: '50ms' },
  run: (_input, ctx) =>
    recorded(ctx, async () => {
      throw fail(ctx, 'doomed');
    }),
});

/** Fails until a person has retried it. */
export const mendable = defineTask({
  id: 'chaos-mendable',
  input: Leaf,
  result: Value,
  retry: { maxAttempts: 2, initialDelay: '50ms' },
  run: ({ n }, ctx) =>
    recorded(ctx, async () => {
      if (ctx.attempt <= 2) throw fail(ctx, 'not mended');
      return leaf(ctx, n);
    }),
});

/** Asks to be run again later, once. */
export const snoozing = defineTask({
  id: 'chaos-snoozing',
  input: Leaf,
  result: Value,
  retry: PATIENT,
  run: ({ n }, ctx) =>
    recorded(ctx, async () => {
      if (ctx.epoch === 1) throw new SnoozeError('300ms');
      return leaf(ctx, n);
    }),
});
