import { z } from 'zod';
import { RunStateName } from './run.js';

const LogLevelName = z.enum(['debug', 'info', 'warn', 'error']);

/** A line that a run has logged. */
export const RunLogLine = z.object({
  n: z.int().min(1).describe('Its number within the run, in order.'),
  attempt: z.int().min(1),
  at: z.iso.datetime(),
  level: LogLevelName,
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

/** Last event of a followed log, once its run has ended and every line was sent. */
export const RunLogEnd = z.object({ state: RunStateName });
export type RunLogEnd = z.infer<typeof RunLogEnd>;

/**
 * Query of `GET /runs/:id/logs`. As `text/event-stream` each line is an event `line` whose id is its number; a client
 * that comes back with `Last-Event-ID` goes on after that line.
 */
export const RunLogQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).describe('Lines after this number.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(200).describe('Lines a page; a stream has no limit.'),
  attempt: z.coerce.number().int().min(1).max(2_147_483_647).optional().describe('Lines of this attempt alone.'),
  level: LogLevelName.optional().describe('Lines of this severity or a higher one.'),
  follow: z.stringbool().optional().describe('true: stream the lines, as with `Accept: text/event-stream`.'),
});
export type RunLogQuery = z.infer<typeof RunLogQuery>;
