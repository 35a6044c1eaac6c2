import { z } from 'zod';

const JsonSchema = z.record(z.string(), z.unknown()).describe('JSON Schema, draft 2020-12.');

/** A task as lists show it. */
export const TaskSummary = z.object({
  id: z.string(),
  description: z.string().nullable(),
  queue: z.string(),
});
export type TaskSummary = z.infer<typeof TaskSummary>;

/** Everything a caller must know of a task. */
export const TaskDetail = TaskSummary.extend({
  inputSchema: JsonSchema,
  resultSchema: JsonSchema,
  retry: z.object({
    maxAttempts: z.int().min(1).describe('Attempts in all, the first one included.'),
    initialDelayMs: z.number().describe('Wait before the second attempt, milliseconds.'),
    factor: z.number().describe('Each wait is the previous one times this.'),
    maxDelayMs: z.number().describe('No wait is longer than this, milliseconds.'),
  }),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

/** Answer of `GET /tasks`, by id. */
export const TaskList = z.object({ tasks: z.array(TaskSummary) });
export type TaskList = z.infer<typeof TaskList>;
