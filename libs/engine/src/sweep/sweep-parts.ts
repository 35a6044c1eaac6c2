import type { QueueSentinels, RunCancellation, RunDeadlines, RunRepairs, RunStore, WorkerRuns } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import type { Dispatcher } from '../queue/dispatcher.js';
import type { RunsInHand } from '../runs-in-hand.js';
import type { TaskQueue } from '../queue/task-queue.port.js';

/** What the kinds of repair are made from. */
export interface SweepParts {
  readonly repairs: RunRepairs;
  readonly workerRuns: WorkerRuns;
  readonly sentinels: QueueSentinels;
  readonly store: RunStore;
  readonly cancellation: RunCancellation;
  readonly deadlines: RunDeadlines;
  readonly queue: TaskQueue;
  readonly dispatcher: Dispatcher;
  /** The worker of this process, and what it has in hand. */
  readonly workerId: string;
  readonly inHand: RunsInHand;
  /** Length of a worker's lease, in milliseconds. */
  readonly leaseMs: number;
  /** Milliseconds for which this process has been in touch with the server without a gap. */
  readonly inTouchMs: () => number;
  readonly logger: Logger;
}
