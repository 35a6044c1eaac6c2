import type { StatsTimeline } from '@millrace/contracts';
import type { StatisticsQueries } from '@millrace/postgres';
import type { StatsWindow } from './stats-window.js';

type TimelineStep = StatsTimeline['steps'][number];

/** Runs over time: every step of a window, also those in which nothing was. */
export async function readTimeline(
  statistics: StatisticsQueries,
  window: StatsWindow,
  taskId: string | undefined,
): Promise<StatsTimeline> {
  const { since, to, stepSeconds } = window;
  const [ended, depths] = await Promise.all([
    statistics.timeline(window, stepSeconds, taskId),
    taskId === undefined ? statistics.depthTimeline(since, stepSeconds) : [],
  ]);
  const steps = new Map<number, TimelineStep>();
  for (let at = since.getTime(); at <= to.getTime(); at += stepSeconds * 1_000) steps.set(at, emptyStep(at));
  for (const { at, state, n } of ended) {
    const step = steps.get(at.getTime());
    if (step !== undefined) step[state as 'succeeded' | 'failed' | 'cancelled'] = n;
  }
  for (const { at, ...depth } of depths) Object.assign(steps.get(at.getTime()) ?? {}, depth);
  return { from: since.toISOString(), to: to.toISOString(), stepSeconds, steps: [...steps.values()] };
}

function emptyStep(at: number): TimelineStep {
  return {
    ...{ at: new Date(at).toISOString(), succeeded: 0, failed: 0, cancelled: 0 },
    ...{ queued: null, running: null, waiting: null, oldestQueuedMs: null },
  };
}
