import { type BatchOutcome, defineService, defineTask } from '@millrace/sdk';
import { z } from 'zod';

const Reading = z.object({ sensor: z.int(), value: z.number() });

export const Readings = defineService<{
  /** Stores readings in one statement; gives which of them are of no known sensor, by their places. */
  storeAll(readings: readonly z.infer<typeof Reading>[]): Promise<ReadonlySet<number>>;
}>('readings');

/** Stores a reading; those that come together go in one statement. */
export const storeReading = defineTask({
  id: 'store-reading',
  input: Reading,
  result: z.object({ stored: z.boolean() }),
  uses: { readings: Readings },
  async run(reading, ctx) {
    const unknown = await ctx.services.readings.storeAll([reading]);
    return { stored: unknown.size === 0 };
  },
  batch: {
    max: 500,
    async runBatch(items) {
      const [first] = items;
      const unknown = (await first?.ctx.services.readings.storeAll(items.map(({ input }) => input))) ?? new Set();
      return items.map(({ input, ctx }, index): BatchOutcome<{ stored: boolean }> => {
        if (unknown.has(index)) ctx.log.warn('no such sensor', { sensor: input.sensor });
        return { status: 'succeeded', result: { stored: !unknown.has(index) } };
      });
    },
  },
});
