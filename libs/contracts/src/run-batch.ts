import { z } from 'zod';
import { CreateRun } from './run.js';

/** Runs in one batch at most. */
const MAX_BATCH_RUNS = 10_000;

const SIZE = `A batch has 1 to ${MAX_BATCH_RUNS} runs`;

/** Body of `POST /runs/batch`: each entry is a body of `POST /runs`. */
export const CreateRunBatch = z.strictObject({
  runs: z.array(CreateRun).min(1, SIZE).max(MAX_BATCH_RUNS, SIZE).describe('All of them are started, or none.'),
});
export type CreateRunBatch = z.infer<typeof CreateRunBatch>;

/** Answer of `POST /runs/batch`. */
export const RunBatchAccepted = z.object({
  ids: z.array(z.uuid()).describe('In the order of the request.'),
  existing: z.int().min(0).describe('How many were there before, by the idempotency key or a deduplication key.'),
});
export type RunBatchAccepted = z.infer<typeof RunBatchAccepted>;
