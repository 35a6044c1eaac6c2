import type { Gate } from '../limits/gate.js';

/** One entry of a run into `queued`; what the queue needs to ask a worker for it. The row decides, this only points. */
export interface Delivery {
  readonly runId: string;
  /** The run's delivery number when this was made; a job with another number than the row's is a no-op (R2). */
  readonly delivery: number;
  readonly taskId: string;
  readonly queue: string;
  /** Higher first. */
  readonly priority: number;
  /** Not before this time. */
  readonly dueAt: Date;
  /** Where the run waits for admission (R11): until it has passed, there is nothing to deliver. */
  readonly gate?: Gate;
}
