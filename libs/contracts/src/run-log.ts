import { z } from 'zod';

/** A line that a run has logged. */
export const RunLogLine = z.object({
  n: z.int().min(1).describe('Its number within the run, in order.'),
  attempt: z.int().min(1),
  at: z.iso.datetime(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.unknown().describe('What was logged beside the message; null for nothing.'),
});
export type RunLogLine = z.infer<typeof RunLogLine>;

/** Answer of `GET /runs/:id/logs`, in order. */
export const RunLogPage = z.object({
  lines: z.array(RunLogLine),
  next: z.int().nullable().describe('Pass it as `after` for the next page; null when no more lines are stored yet.'),
});
export type RunLogPage = z.infer<typeof RunLogPage>;

/** Query of `GET /runs/:id/logs`. To follow a log, pass the `n` of the last line seen as `after` again and again. */
export const RunLogQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).describe('Lines after this number.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(200).describe('Lines a page.'),
});
export type RunLogQuery = z.infer<typeof RunLogQuery>;
