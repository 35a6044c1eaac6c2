import { z } from 'zod';
import { ChildCounts, RunSummary } from './run.js';

const Time = z.iso.datetime();

/** One `ctx` call of a run, as it is recorded. */
export const RunCall = z.object({
  seq: z.int().min(0).describe("Its place among the run's calls."),
  kind: z.enum(['invoke', 'map', 'map-settled', 'step', 'start', 'branch']),
  task: z.string().nullable().describe('Of its children; null for steps and branches.'),
  key: z.string().nullable().describe('What the author named it by.'),
  attempt: z.int().min(1).describe('The attempt of the run that asked for it last.'),
  openedAt: Time,
  doneAt: Time.nullable().describe('When its last child ended; null until then.'),
  arms: z
    .object({ taken: z.string(), skipped: z.array(z.string()) })
    .nullable()
    .describe('Of a branch.'),
  error: z.object({ code: z.string(), message: z.string() }).nullable().describe('Of a step that failed.'),
  startedRunId: z.uuid().nullable().describe('Of a start: the run, a root of its own.'),
  children: ChildCounts,
});
export type RunCall = z.infer<typeof RunCall>;

/** Answer of `GET /runs/:id/calls`, in order. */
export const RunCallPage = z.object({
  calls: z.array(RunCall),
  next: z.int().nullable().describe('Pass it as `after` for the next page; null on the last.'),
});
export type RunCallPage = z.infer<typeof RunCallPage>;

/** A run as a child of a call. */
export const ChildRun = RunSummary.extend({
  index: z.int().min(0).describe("Its place among the call's inputs."),
  key: z.string().nullable(),
  hasCalls: z.boolean().describe('Whether it has made calls itself: GET /runs/{id}/calls lists them.'),
});
export type ChildRun = z.infer<typeof ChildRun>;

/** Answer of `GET /runs/:id/calls/:seq/runs`, in the order of the inputs. */
export const ChildRunPage = z.object({
  runs: z.array(ChildRun),
  next: z.int().nullable().describe('Pass it as `after` for the next page; null on the last.'),
});
export type ChildRunPage = z.infer<typeof ChildRunPage>;

const limit = (most: number, fallback: number) => z.coerce.number().int().min(1).max(most).default(fallback);

/** Query of the pages above. */
export const PlaceQuery = z.strictObject({
  after: z.coerce.number().int().min(-1).max(2_147_483_647).default(-1).describe('`next` of the page before.'),
  limit: limit(200, 50).describe('Entries a page.'),
});
export type PlaceQuery = z.infer<typeof PlaceQuery>;
