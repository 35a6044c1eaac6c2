import { z } from 'zod';
import { DurationText } from './duration-text.js';
import { FileState } from './file.js';
import { StoredText } from './stored-text.js';

const Time = z.iso.datetime();
const Count = z.int().min(0);

/** Percentiles of a time, in milliseconds, up to a tenth too large or too small; null when nothing was measured. */
const Percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable();

/** Runs that ended within a window, and those that are on their way now. */
const RunCounts = z.object({
  succeeded: Count,
  failed: Count,
  cancelled: Count,
  queued: Count.describe('Now.'),
  running: Count.describe('Now.'),
  waiting: Count.describe('Now, for children.'),
  oldestQueuedMs: z
    .number()
    .min(0)
    .describe('Milliseconds for which the oldest run that is due has been queued; 0: none.'),
  perSecond: z.number().min(0).describe('Runs that ended, a second of the window.'),
  failureRatio: z.number().min(0).max(1).nullable().describe('Failed of those that succeeded or failed; null: none.'),
  queueTime: Percentiles.describe('From due to first taken by a worker.'),
  runTime: Percentiles.describe('From first taken to the end, waits for children included.'),
});

/** Statistics of a task. */
export const TaskStats = RunCounts.extend({ task: z.string(), queue: z.string() });
export type TaskStats = z.infer<typeof TaskStats>;

/** Statistics of a queue. */
export const QueueStats = RunCounts.extend({
  queue: z.string(),
  workers: Count.describe('Alive, that take its runs.'),
});
export type QueueStats = z.infer<typeof QueueStats>;

/** Files of a feed that arrived within a window. */
export const FeedStats = z.object({
  feed: z.string(),
  files: z.record(FileState, Count).describe('By state.'),
  bytes: z.number().min(0),
  rows: z.number().min(0).describe('That the loaded ones gave.'),
  rejects: z.number().min(0).describe('Records of the loaded ones that could not be loaded.'),
  rowsPerSecond: z.number().min(0),
});
export type FeedStats = z.infer<typeof FeedStats>;

/** A worker that is alive. */
export const WorkerView = z.object({
  id: z.uuid(),
  host: z.string(),
  pid: z.int(),
  queues: z.array(z.string()),
  startedAt: Time,
});
export type WorkerView = z.infer<typeof WorkerView>;

/** Answer of `GET /stats`. */
export const Stats = z.object({
  from: Time,
  to: Time,
  tasks: z.array(TaskStats).describe('Those with runs in the window or on their way.'),
  queues: z.array(QueueStats),
  complete: z.boolean().describe('false: more than 50,000 runs are unfinished, and their counts are of the oldest.'),
  workers: z.array(WorkerView),
  feeds: z.array(FeedStats),
});
export type Stats = z.infer<typeof Stats>;

const window = DurationText.default('1h').describe(
  'Length of time up to now: "15m", "1h", "7d"; 1 minute to 90 days. Above 6 hours it begins with a whole hour.',
);

/** Query of `GET /stats`. */
export const StatsQuery = z.strictObject({ window });
export type StatsQuery = z.infer<typeof StatsQuery>;

/** Query of `GET /stats/timeline`. */
export const StatsTimelineQuery = z.strictObject({
  window,
  task: StoredText.optional().describe('Runs of this task alone; what is on its way is not known by task.'),
});
export type StatsTimelineQuery = z.infer<typeof StatsTimelineQuery>;

const Greatest = z.int().min(0).nullable();

/** Answer of `GET /stats/timeline`. */
export const StatsTimeline = z.object({
  from: Time,
  to: Time,
  stepSeconds: z.int().min(1),
  steps: z
    .array(
      z.object({
        at: Time.describe('When the step begins.'),
        succeeded: Count,
        failed: Count,
        cancelled: Count,
        queued: Greatest.describe('The most that were seen in the step; null: not looked.'),
        running: Greatest,
        waiting: Greatest,
        oldestQueuedMs: z.number().min(0).nullable(),
      }),
    )
    .describe('Every step of the window, in order.'),
});
export type StatsTimeline = z.infer<typeof StatsTimeline>;
