import type { ExecutionRef } from '../store/claimed-run.js';

/** What a page of unfinished runs holds of one worker's. */
export interface WorkerRunsPage {
  /** Claimed by the worker, and `running` since. */
  readonly running: readonly ExecutionRef[];
  /** The run after which the next page begins; undefined: this was the last one. */
  readonly next: string | undefined;
}

/** The runs that workers have, by what the rows say: what a worker knows of itself may be less (R10). */
export interface WorkerRuns {
  /** Looks at this many unfinished runs in id order after the cursor, whoever has them, and gives those of the worker. */
  runningOn(workerId: string, after: string | undefined, limit: number): Promise<WorkerRunsPage>;
}
