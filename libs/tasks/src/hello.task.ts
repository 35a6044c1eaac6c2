import { defineTask } from '@millrace/sdk';
import { z } from 'zod';

/** Greets; for a first try. */
export const hello = defineTask({
  id: 'hello',
  description: 'Greets a name; for a first try.',
  input: z.strictObject({ name: z.string().min(1).max(100).default('world') }),
  result: z.object({ greeting: z.string() }),
  async run({ name }, ctx) {
    ctx.log.info('greeting', { name });
    return { greeting: `Hello, ${name}!` };
  },
});
