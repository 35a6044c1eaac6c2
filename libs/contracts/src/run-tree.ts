import { z } from 'zod';
import { ChildRun, RunCall } from './run-call.js';
import { RunSummary } from './run.js';

/** A call with the first of its children. */
export const CallNode = RunCall.extend({
  get runs() {
    return z.array(ChildNode);
  },
  nextRun: z.int().nullable().describe('More at /runs/{id}/calls/{seq}/runs?after={nextRun}; null when these are all.'),
});
export type CallNode = z.infer<typeof CallNode>;

const CALLS_OF_NODE = {
  get calls() {
    return z
      .array(CallNode)
      .nullable()
      .describe('In order; null where the tree was cut: ask for the tree of this run.');
  },
  nextCall: z.int().nullable().describe('More at /runs/{id}/calls?after={nextCall}; null when these are all.'),
};

/** A child with its calls. */
export const ChildNode = ChildRun.extend(CALLS_OF_NODE);
export type ChildNode = z.infer<typeof ChildNode>;

/** Answer of `GET /runs/:id/tree`: a run with its calls, their children, their calls, and so on. */
export const RunTree = RunSummary.extend(CALLS_OF_NODE);
export type RunTree = z.infer<typeof RunTree>;

const limit = (most: number, fallback: number) => z.coerce.number().int().min(1).max(most).default(fallback);

/** Query of `GET /runs/:id/tree`. It holds 1,000 runs at most, whatever is asked for. */
export const RunTreeQuery = z.strictObject({
  depth: limit(5, 2).describe('Levels of children below the run.'),
  calls: limit(200, 50).describe('Calls of a run at most.'),
  children: limit(100, 10).describe('Children of a call at most.'),
});
export type RunTreeQuery = z.infer<typeof RunTreeQuery>;
