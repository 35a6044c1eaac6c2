import { shellTask } from '@millrace/sdk';
import { z } from 'zod';

/** A Python program as a task: it needs python3 on the worker, and nothing else. */
export const wordHistogram = shellTask({
  id: 'word-histogram',
  input: z.object({ text: z.string(), top: z.int().min(1).default(3) }),
  result: z.object({ words: z.int(), top: z.array(z.tuple([z.string(), z.int()])) }),
  command: ['python3', 'word-histogram.py'],
  cwd: import.meta.dirname,
  retry: { maxAttempts: 2 },
});
