import { z } from 'zod';
import { ChildCounts, RunDetail, RunStateName } from './run.js';

/**
 * Data of an event `state` of `GET /runs/:id/events`: a move of the run. Each is told, in order and once, however late one
 * connects.
 */
export const RunStateEvent = z.object({
  number: z.int().min(1).describe('Rises with each move of the run.'),
  state: RunStateName,
  attempt: z.int().min(1),
  at: z.iso.datetime().describe('When it came there, by the clock of the database.'),
});
export type RunStateEvent = z.infer<typeof RunStateEvent>;

/** Data of an event `progress`: how far the run says it is. */
export const RunProgressEvent = RunDetail.shape.progress;
export type RunProgressEvent = z.infer<typeof RunProgressEvent>;

/** Data of an event `children`. */
export const RunChildrenEvent = ChildCounts;
export type RunChildrenEvent = z.infer<typeof RunChildrenEvent>;
