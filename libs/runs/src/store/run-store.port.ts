import type { LogLevel } from '@millrace/sdk';
import type { ChildOutcome } from './call.js';
import type { ClaimedRun, ExecutionRef } from './claimed-run.js';
import type { Delivery } from './delivery.js';
import type { NewCall, NewChild, NewValue } from './new-call.js';
import type { CreateOutcome, IdempotencyClaim, NewRun } from './new-run.js';
import type { RunError } from '../state/run-error.js';
import type { RunLimits } from '../limits/run-limits.port.js';

/** How an execution ends its run for good. `result` is JSON text. */
export type RunEnd = ExecutionRef & {
  /** Known to leave no awaited child behind: nobody looks for one. @default false */
  readonly childless?: boolean;
  /** Handed to a service as a ticket, whose transaction has ended the run as a rule: that is looked for first (R14). @default false */
  readonly ticketed?: boolean;
} & (
    { readonly status: 'succeeded'; readonly result: string } | { readonly status: 'failed'; readonly error: RunError }
  );

/**
 * Why a run goes back to the queue. Only `retry` and `lost` (its worker's lease is over) use up an attempt; of the others
 * the execution's time, in milliseconds, counts to it.
 */
export type Requeue =
  | { readonly reason: 'retry'; readonly error: RunError; readonly delayMs: number }
  | { readonly reason: 'lost'; readonly error: RunError; readonly delayMs: number }
  | { readonly reason: 'snooze' | 'hand-back'; readonly delayMs: number; readonly executedMs?: number };

export interface LogLine {
  readonly n: number;
  readonly attempt: number;
  readonly at: Date;
  readonly level: LogLevel;
  readonly message: string;
  /** JSON text. */
  readonly fields: string | undefined;
}

/** How far a run says it is. */
export interface RunProgress {
  /** 0 to 1. */
  readonly fraction: number;
  readonly note: string | undefined;
}

/** What `reopenChildren` gives. */
export interface ReopenedChildren {
  readonly deliveries: readonly Delivery[];
  /** The input to go on from; undefined: that was the last chunk. */
  readonly next: number | undefined;
}

/** What is to be reopened was cancelled, and some of what is below it still runs: try again in a moment. */
export const TOO_EARLY = Symbol('too early');
export type TooEarly = typeof TOO_EARLY;

/** What `finish` gives: the parent whose call this was the last child of. */
export interface FinishedRun {
  readonly parentToWake: string | undefined;
}

/** The worker holds no lease: it may claim again once it has renewed it. */
export class NoLeaseError extends Error {
  readonly code = 'MR_NO_LEASE';
  override readonly name = 'NoLeaseError';
  constructor(readonly workerId: string) {
    super(`Worker ${workerId} holds no lease, so it can claim no run until it has renewed it.`);
  }
}

/** The store takes, or answers, nothing of this kind now, for no fault of what it was given: it may, later. */
export class StoreRefusedError extends Error {
  readonly code = 'MR_STORE_REFUSED';
  override readonly name = 'StoreRefusedError';
  constructor(override readonly cause: Error) {
    super(`The store refuses what a run asks of it, for no fault of the run's: ${cause.message}`);
  }
}

/** Said instead of an answer when the execution no longer owns its run: nothing was written. */
export const FENCED = Symbol('fenced');
export type Fenced = typeof FENCED;

/**
 * The truth about runs (protocols R1-R7). Every method resolves after the commit that holds its effect. Each method
 * that takes an `ExecutionRef` is guarded by run id, epoch and `running`; a write that comes late resolves to
 * `FENCED` and changes nothing. So does a call of a marked run (`RunCancellation`).
 */
export interface RunStore extends RunLimits {
  /** Creates a root run, unless its idempotency or deduplication key has one already. */
  create(run: NewRun, idempotency?: IdempotencyClaim): Promise<CreateOutcome>;

  /**
   * `queued` -> `running` for this worker; undefined when the delivery is not the row's, the run is not queued, is marked,
   * or has gates to pass first.
   * @throws NoLeaseError
   */
  claim(runId: string, delivery: number, workerId: string): Promise<ClaimedRun | undefined>;

  /** Outcomes of a call whose children have all ended, in input order, from one input on. */
  outcomes(runId: string, seq: number, from: number, limit: number): Promise<readonly ChildOutcome[]>;

  /** The child of a call that failed first; one that was cancelled only when none failed. Undefined: all succeeded. */
  firstFailure(runId: string, seq: number): Promise<ChildOutcome | undefined>;

  /** Bytes of JSON that the results of a call have in all, and the errors of those that failed. */
  resultBytes(runId: string, seq: number): Promise<number>;

  /** Records a call and creates its first children in one transaction (R5 a); all of them, and it is sealed. */
  openCall(
    execution: ExecutionRef,
    call: NewCall,
    children: readonly NewChild[],
  ): Promise<readonly Delivery[] | Fenced>;

  /** Creates the next children of a call; `seals` with the last ones (R12). */
  addChildren(
    execution: ExecutionRef,
    call: Pick<NewCall, 'seq' | 'taskId'>,
    children: readonly NewChild[],
    seals: boolean,
  ): Promise<readonly Delivery[] | Fenced>;

  /**
   * Queues a chunk of the failed and cancelled children of a call for another series of attempts, in input order from
   * one input on (R6). The last chunk makes the call one of this attempt; so does a later chunk of a map, and queues nothing,
   * when a child of an earlier one has failed again by then.
   */
  reopenChildren(
    execution: ExecutionRef,
    seq: number,
    from: number,
    limit: number,
  ): Promise<ReopenedChildren | TooEarly | Fenced>;

  /** Records the value of a call, or the failure of a step, in the place of one that an earlier attempt saw. */
  recordValue(execution: ExecutionRef, value: NewValue): Promise<undefined | Fenced>;

  /** Records a `start` and creates the run it starts, a root of its own, in one transaction. */
  startRun(execution: ExecutionRef, value: NewValue, run: NewRun): Promise<Delivery | Fenced>;

  /**
   * `running` -> `waiting`, or straight to `queued` when an outcome came since `seen` (R5 b): then the delivery to make.
   * @param executedMs time of this execution, which counts to the attempt
   */
  suspend(execution: ExecutionRef, seen: number, executedMs?: number): Promise<'waiting' | Delivery | Fenced>;

  /**
   * Ends the run and counts it off its parent's call (R5 c). A run already ended by this very execution is answered as
   * ended. The same commit marks what is left of a `map` whose child failed, and the children that the run awaited no more.
   */
  finish(end: RunEnd): Promise<FinishedRun | Fenced>;

  /**
   * `running` -> `queued` with the next delivery number. A `retry` or `lost` is also kept as an ended attempt, and the
   * next one forgets the failures among its children (R6).
   */
  requeue(execution: ExecutionRef, requeue: Requeue): Promise<Delivery | Fenced>;

  /** Tells a run of its calls that are done (R5 d); gives the delivery to make when it was waiting. */
  wake(runId: string): Promise<Delivery | undefined>;

  /** Appends log lines of an execution; lines of a fenced execution are dropped, those of one that has ended its run are not. */
  appendLogs(execution: ExecutionRef, lines: readonly LogLine[]): Promise<undefined | Fenced>;

  /**
   * Keeps how far the run says it is, 0 to 1, in the place of what it said before; dropped when fenced, and, without a word,
   * when this very execution has ended the run.
   */
  reportProgress(execution: ExecutionRef, fraction: number, note: string | undefined): Promise<undefined | Fenced>;
}
