import type { TaskStats } from '@millrace/contracts';
import type { QueueDepth, StatisticRow } from '@millrace/postgres';
import { percentilesOf } from './percentiles.js';

/** Adds up what is known of some runs: of a task's, or of a queue's. */
export class RunTally {
  readonly #ended = { succeeded: 0, failed: 0, cancelled: 0 };
  readonly #times = { queued: new Map<number, number>(), ran: new Map<number, number>() };
  readonly #now = { queued: 0, running: 0, waiting: 0, oldestQueuedMs: 0 };

  /** Runs that ended. */
  addEnded({ measure, bucket, n }: StatisticRow): void {
    if (measure === 'queued' || measure === 'ran') {
      const times = this.#times[measure];
      times.set(bucket, (times.get(bucket) ?? 0) + n);
    } else this.#ended[measure] += n;
  }

  /** Runs on their way. */
  addDepth({ queued, running, waiting, oldestQueuedMs }: QueueDepth): void {
    this.#now.queued += queued;
    this.#now.running += running;
    this.#now.waiting += waiting;
    this.#now.oldestQueuedMs = Math.max(this.#now.oldestQueuedMs, oldestQueuedMs);
  }

  toCounts(seconds: number): Omit<TaskStats, 'task' | 'queue'> {
    const { succeeded, failed, cancelled } = this.#ended;
    return {
      ...{ ...this.#ended, ...this.#now },
      perSecond: (succeeded + failed + cancelled) / seconds,
      failureRatio: succeeded + failed === 0 ? null : failed / (succeeded + failed),
      queueTime: percentilesOf(this.#times.queued),
      runTime: percentilesOf(this.#times.ran),
    };
  }
}
