import { z } from 'zod';
import { defineTask } from '../task.js';
import type { TaskContext } from '../task-context.js';

export const double = defineTask({
  id: 'double',
  input: z.object({ n: z.number(), times: z.int().default(1) }),
  result: z.number(),
  run: async ({ n, times }) => n * 2 ** times,
});
/** A task without input that does this. */
export const doing = <T>(run: (ctx: TaskContext) => Promise<T>, retry = { maxAttempts: 3 }) =>
  defineTask({ id: 'doing', input: z.object({}), result: z.unknown(), retry, run: (_, ctx) => run(ctx) });
/** A fake of `double`. */
export const byTwo = ({ n }: { n: number }) => n * 2;
