import { z } from 'zod';
import { RunStateName, RunSummary } from './run.js';
import { StoredText } from './stored-text.js';

/** Query of `GET /events`. */
export const RunFeedQuery = z.strictObject({
  task: StoredText.optional().describe('Runs of this task.'),
  state: RunStateName.optional().describe('Runs that stand in this state.'),
  root: z.uuid().optional().describe('This run and all below it.'),
});
export type RunFeedQuery = z.infer<typeof RunFeedQuery>;

/** Data of an event `run` of `GET /events`: there is something new to see of a run. A hint: moves that follow fast come as one. */
export const RunHint = RunSummary.pick({ id: true, task: true, state: true }).extend({ root: z.uuid() });
export type RunHint = z.infer<typeof RunHint>;

/** Data of an event `resync` of `GET /events`: some hints may have been missed; look again at what you show. */
export const RunFeedGap = z.object({ reason: z.enum(['reconnected', 'missed']) });
export type RunFeedGap = z.infer<typeof RunFeedGap>;
