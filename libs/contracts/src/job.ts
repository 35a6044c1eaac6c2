import { z } from 'zod';

/** One entry of a run into `queued`, as a job carries it: the run's id and its delivery number (R2). */
export const RunDelivery = z.tuple([z.uuid(), z.int().min(1)]);
export type RunDelivery = z.infer<typeof RunDelivery>;

/**
 * What a BullMQ job carries: ids only. `runs` asks a worker to claim and execute runs of one task;
 * `wake` (the parent job of a flow) asks it to wake a run whose children have ended.
 */
export const JobPayload = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('runs'), runs: z.array(RunDelivery).min(1) }),
  z.object({ kind: z.literal('wake'), run: z.uuid() }),
]);
export type JobPayload = z.infer<typeof JobPayload>;
