import type { QueueDepth, StatisticsQueries } from '@millrace/postgres';
import type { Metrics } from '@millrace/telemetry';

/** Milliseconds for which what was read is given again, however many ask. */
const CACHE_MS = 5_000;

/** Has the runs on their way, the age of the oldest queued and the workers read from PostgreSQL when somebody scrapes. */
export function readRuns(metrics: Metrics, statistics: StatisticsQueries, queues: readonly string[]): void {
  const depths = cached(async () => (await statistics.queueDepths()).depths);
  const workers = cached(() => statistics.liveWorkers());
  metrics.read('millrace_runs_unfinished', async () => (await depths()).flatMap(samplesOf));
  metrics.read('millrace_queue_oldest_age_seconds', async () => {
    const found = await depths();
    return [...new Set([...queues, ...found.map(({ queue }) => queue)])].map((queue) => {
      const ages = found.filter((depth) => depth.queue === queue).map(({ oldestQueuedMs }) => oldestQueuedMs);
      return { labels: { queue }, value: Math.max(0, ...ages) / 1_000 };
    });
  });
  metrics.read('millrace_queue_workers', async () => {
    const alive = await workers();
    return queues.map((queue) => ({
      labels: { queue },
      value: alive.filter((worker) => worker.queues.includes(queue)).length,
    }));
  });
}

function samplesOf({ taskId: task, queue, queued, running, waiting }: QueueDepth) {
  return Object.entries({ queued, running, waiting }).map(([state, value]) => ({
    labels: { task, queue, state },
    value,
  }));
}

function cached<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { readonly until: number; readonly value: Promise<T> } | undefined;
  return () => {
    if (last === undefined || performance.now() >= last.until) {
      const entry = { until: performance.now() + CACHE_MS, value: read() };
      last = entry;
      // A failure is nothing to keep.
      entry.value.catch(() => (last = last === entry ? undefined : last));
    }
    return last.value;
  };
}
