import { setTimeout as delay } from 'node:timers/promises';
import { defineTask, SnoozeError } from '@millrace/sdk';
import { z } from 'zod';

export const noOp = defineTask({
  id: 'bench-no-op',
  input: z.object({ index: z.int() }),
  result: z.object({ ok: z.boolean() }),
  run: async () => ({ ok: true }),
});

/** Maps over no-op children. */
export const fanOut = defineTask({
  id: 'bench-fan-out',
  input: z.object({ children: z.int() }),
  result: z.object({ children: z.int() }),
  async run({ children }, ctx) {
    const results = await ctx.map(
      noOp,
      Array.from({ length: children }, (_, index) => ({ index })),
    );
    return { children: results.length };
  },
});

/** Says one line. */
export const logging = defineTask({
  id: 'bench-logging',
  input: z.object({ index: z.int() }),
  result: z.object({ ok: z.boolean() }),
  async run({ index }, { log }) {
    log.info('worked', { index });
    return { ok: true };
  },
});

const turns = new Map<string, number>();

/** Moves so many times between running and queued, a move each fifth of a second, all on one worker. */
export const restless = defineTask({
  id: 'bench-restless',
  input: z.object({ moves: z.int() }),
  result: z.object({}),
  async run({ moves }, { runId, signal }) {
    const turn = (turns.get(runId) ?? 0) + 1;
    turns.set(runId, turn);
    await delay(200, undefined, { signal });
    if (2 * turn < moves) throw new SnoozeError('200ms');
    return {};
  },
});

/** Runs until it is stopped. */
export const holdOn = defineTask({
  id: 'bench-hold-on',
  input: z.object({ index: z.int() }),
  result: z.object({}),
  async run(_input, { signal }) {
    await delay(3_600_000, undefined, { signal });
    return {};
  },
});
