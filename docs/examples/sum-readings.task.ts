import { defineTask } from '@millrace/sdk';
import { z } from 'zod';

export const readSensor = defineTask({
  id: 'read-sensor',
  input: z.object({ sensor: z.int() }),
  result: z.object({ value: z.number() }),
  run: async ({ sensor }) => ({ value: sensor / 2 }),
});

/** Adds up very many results without holding them: `mapEach` visits them in pages. */
export const sumReadings = defineTask({
  id: 'sum-readings',
  input: z.object({ sensors: z.int().max(100_000) }),
  result: z.object({ sum: z.number(), failed: z.int() }),
  async run({ sensors }, ctx) {
    const inputs = Array.from({ length: sensors }, (_, sensor) => ({ sensor }));
    let sum = 0;
    let failed = 0;
    await ctx.mapEach(readSensor, inputs, (outcome, index) => {
      if (outcome.status === 'succeeded') sum += outcome.result.value;
      else failed += 1;
      ctx.progress((index + 1) / sensors, `${index + 1} of ${sensors} readings`);
    });
    return { sum, failed };
  },
});
