import type { ExecutionRef } from '../store/claimed-run.js';
import type { Delivery } from '../store/delivery.js';
import type { EndedRuns } from '../cancellation/run-cancellation.port.js';

/** A run that is `running` on a worker whose lease is over. */
export interface LostRun extends ExecutionRef {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly workerId: string;
}

/** A call of a run. */
export interface CallPlace {
  readonly runId: string;
  readonly seq: number;
}

/** A call for whose end a run waits. */
export interface OpenCall extends CallPlace {
  readonly children: number;
}

/**
 * What the sweep (R10) looks for. Reads only, but for `redeliver`, `failUnknown`, `recount` and `retireWorkers`; each write is guarded
 * by the state it found, so that two sweeps at once do no harm.
 */
export interface RunRepairs {
  /** Runs of workers whose lease is over. Empty until one full lease after the server started. */
  lostRuns(leaseMs: number, limit: number): Promise<readonly LostRun[]>;

  /** Notes the workers whose lease is over and that hold no run any more; gives how many. */
  retireWorkers(): Promise<number>;

  /** Runs with calls that have been done for longer than this and not told (R5 e). */
  unwokenParents(olderThanMs: number, limit: number): Promise<readonly string[]>;

  /** Calls with children that waiting runs have not been told of, by run and call, after this one. */
  openCalls(after: CallPlace | undefined, limit: number): Promise<readonly OpenCall[]>;

  /** Those of these calls that count other than their children's rows say. */
  miscounted(calls: readonly CallPlace[]): Promise<readonly CallPlace[]>;

  /** Counts the children of a call anew, with none of them ending meanwhile; false when the count is right by now. */
  recount(call: CallPlace): Promise<boolean>;

  /** Queued runs that have been due for longer than this, in id order after the cursor. */
  overdue(olderThanMs: number, after: string | undefined, limit: number): Promise<readonly Delivery[]>;

  /** Moves runs to `failed` that have been queued for this long, and whose task no worker alive within it has known. */
  failUnknown(unknownForMs: number, limit: number): Promise<EndedRuns>;

  /** Gives each run that is still queued under this delivery the next delivery number. */
  redeliver(deliveries: readonly Delivery[]): Promise<readonly Delivery[]>;
}
