import type { EndedRuns } from './run-cancellation.port.js';

/** The whole lives of runs, by the store's clock. A running one is ended by its own worker. */
export interface RunDeadlines {
  /** Moves runs that are queued or waiting when their time is over to `failed`. */
  expire(limit: number): Promise<EndedRuns>;
}
