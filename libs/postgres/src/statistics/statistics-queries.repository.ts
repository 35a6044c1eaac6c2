import type { Database } from '../database.js';
import { lowestRunIdAt } from '../run-queries/run-id-at.js';
import { MOST_COUNTED, READ_QUEUE_DEPTHS } from './queue-depths.sql.js';
import {
  READ_DEPTH_TIMELINE,
  READ_FEED_STATISTICS,
  READ_LIVE_WORKERS,
  READ_STATISTICS,
  READ_TIMELINE,
} from './read-statistics.sql.js';

/** How many runs of a task, in a window, have a measure in a bucket. */
export interface StatisticRow {
  readonly taskId: string;
  readonly queue: string;
  /** A terminal state, or a time that is counted in buckets. */
  readonly measure: 'succeeded' | 'failed' | 'cancelled' | 'queued' | 'ran';
  /** Times up to 2^(bucket/4) milliseconds; 0 for a state. */
  readonly bucket: number;
  readonly n: number;
}

/** Unfinished runs of a task in a queue. */
export interface QueueDepth {
  readonly queue: string;
  readonly taskId: string;
  readonly queued: number;
  readonly running: number;
  readonly waiting: number;
  readonly oldestQueuedMs: number;
}

export interface QueueDepths {
  readonly depths: readonly QueueDepth[];
  /** False: there are more unfinished runs than are counted, and the oldest of them were. */
  readonly complete: boolean;
}

/** A step of time, with what was seen in it. */
type Step<T> = { readonly at: Date } & T;

export interface LiveWorker {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
  readonly startedAt: Date;
}

export interface FeedStatistic {
  readonly feed: string;
  readonly state: string;
  readonly files: number;
  readonly bytes: number;
  readonly rows: number;
  readonly rejects: number;
}

/** A window of time, read in rows of one grain. */
export interface StatisticWindow {
  /** A whole grain. */
  readonly since: Date;
  /** Seconds that a row covers: 60 for the last day, 3600 for 90 days. */
  readonly grain: 60 | 3600;
}

type DepthStep = Step<Omit<QueueDepth, 'queue' | 'taskId'>>;

type DepthRow = Omit<QueueDepth, 'taskId' | 'oldestQueuedMs'> & {
  readonly task_id: string;
  readonly oldest_queued_ms: number;
};

/** Reads the statistics of runs, queues, workers and files; from roll-ups, whose size does not grow with the runs. */
export class StatisticsQueries {
  constructor(private readonly database: Database) {}

  async ofTasks({ grain, since }: StatisticWindow): Promise<StatisticRow[]> {
    return (await this.database.query<StatisticRow>(READ_STATISTICS, [grain, since])).rows;
  }

  /** Ended runs by state, in steps of a multiple of the grain; steps without any are left out. */
  async timeline({ grain, since }: StatisticWindow, stepSeconds: number, taskId?: string) {
    const params = [grain, since, stepSeconds, taskId ?? null];
    return (await this.database.query<Step<{ state: string; n: number }>>(READ_TIMELINE, params)).rows;
  }

  /** The greatest depths in steps of whole minutes; steps without a sample are left out. */
  async depthTimeline(since: Date, stepSeconds: number, queue?: string): Promise<DepthStep[]> {
    const params = [since, stepSeconds, queue ?? null];
    return (await this.database.query<DepthStep>(READ_DEPTH_TIMELINE, params)).rows;
  }

  async queueDepths(): Promise<QueueDepths> {
    const { rows } = await this.database.query<DepthRow>(READ_QUEUE_DEPTHS);
    const counted = rows.reduce((sum, { queued, running, waiting }) => sum + queued + running + waiting, 0);
    const depths = rows.map(({ task_id: taskId, oldest_queued_ms: oldestQueuedMs, ...depth }) => ({
      ...{ ...depth, taskId, oldestQueuedMs },
    }));
    return { depths, complete: counted < MOST_COUNTED };
  }

  async liveWorkers(): Promise<LiveWorker[]> {
    return (await this.database.query<LiveWorker>(READ_LIVE_WORKERS)).rows;
  }

  /** Files of these feeds that arrived since a time. */
  async ofFeeds(feeds: readonly string[], since: Date): Promise<FeedStatistic[]> {
    return (await this.database.query<FeedStatistic>(READ_FEED_STATISTICS, [feeds, lowestRunIdAt(since)])).rows;
  }
}
