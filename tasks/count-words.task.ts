import { defineTask } from '@millrace/sdk';
import { z } from 'zod';

export const countWords = defineTask({
  id: 'count-words',
  input: z.object({ text: z.string() }),
  result: z.object({ words: z.int() }),
  run: async ({ text }) => ({ words: text.split(/\s+/).filter(Boolean).length }),
});

export const countAllWords = defineTask({
  id: 'count-all-words',
  input: z.object({ texts: z.array(z.string()) }),
  result: z.object({ words: z.int() }),
  async run({ texts }, ctx) {
    const inputs = texts.map((text) => ({ text }));
    const counts = await ctx.map(countWords, inputs);
    ctx.log.info('counted', { texts: texts.length });
    return { words: counts.reduce((sum, { words }) => sum + words, 0) };
  },
});
