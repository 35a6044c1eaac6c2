import { setTimeout as delay } from 'node:timers/promises';
import { defineTask } from '@millrace/sdk';
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
