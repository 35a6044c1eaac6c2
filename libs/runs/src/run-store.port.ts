import type { LogLevel, StepFailure } from '@millrace/sdk';
import type { Backoff } from './backoff.js';
import type { CallRecord, ChildCallKind, ChildOutcome, ValueCallKind } from './call.js';
import type { Delivery } from './delivery.js';
import type { Gate } from './gate.js';
import type { RunError } from './run-error.js';
import type { RunLimits } from './run-limits.port.js';

/** What started a run. */
export type RunTrigger = 'api' | 'file' | 'call';

/** A run about to be created. `input` is JSON text: it is stored to the byte. */
export interface NewRun {
  readonly id: string;
  readonly taskId: string;
  readonly queue: string;
  readonly input: string;
  readonly trigger: RunTrigger;
  readonly priority: number;
  readonly maxAttempts: number;
  /** Undefined: the task's own. */
  readonly backoff?: Backoff;
  readonly dueAt?: Date;
  /** Milliseconds from its creation, or from `dueAt` when that is later, that the run has in all. @default without end */
  readonly timeoutMs?: number;
  readonly deduplication?: Deduplication;
  /** What it is found by, each once, at least one; undefined: nothing. */
  readonly tags?: readonly string[];
  /** What it passes before each claim, in order, at least one; undefined: it has no limit. */
  readonly gates?: readonly Gate[];
  /** What asks for it, as a W3C traceparent. @default nothing that is traced */
  readonly trace?: string;
}

/**
 * Lets at most one run of a task be unfinished under a key: a further creation is answered by that run. Unlike an
 * idempotency key it says nothing about the request, and it is free again once the run has ended.
 */
export interface Deduplication {
  readonly key: string;
  /** The run holds the key at least so long after its creation, ended or not. @default 0 */
  readonly ttlMs?: number;
}

/** Binds a creation to a caller's key: the same key and body give the same run, another body is refused. */
export interface IdempotencyClaim {
  readonly key: string;
  /** SHA-256 of the request body, hex. */
  readonly bodyHash: string;
}

export type CreateOutcome =
  | { readonly status: 'created'; readonly delivery: Delivery }
  | { readonly status: 'existing'; readonly runId: string }
  /** `runId` is unknown when the key was sent with another kind of request. */
  | { readonly status: 'key-conflict'; readonly runId: string | undefined };

/** One execution: the claim every later write is guarded by (R1). */
export interface ExecutionRef {
  readonly runId: string;
  readonly epoch: number;
}

/** What a claim returns: everything an execution needs. */
export interface ClaimedRun extends ExecutionRef {
  readonly taskId: string;
  readonly queue: string;
  readonly delivery: number;
  readonly attempt: number;
  /** The attempt that the retry policy counts from: 1, or the first after a retry by a person. */
  readonly firstAttempt: number;
  readonly maxAttempts: number;
  /** Undefined: the task's own. */
  readonly backoff: Backoff | undefined;
  readonly rootId: string;
  /** Gates whose slots it holds while it executes; empty when it has no limit. */
  readonly gates: readonly Gate[];
  readonly input: unknown;
  /** Executing time that earlier executions of this attempt have taken, in milliseconds. */
  readonly executedMs: number;
  /** Milliseconds that it was due and not claimed. */
  readonly queuedMs: number;
  /** What asked for the run, as a W3C traceparent; undefined when nothing is traced. */
  readonly trace: string | undefined;
  /** Milliseconds that the run had left when it was claimed; undefined: without end. */
  readonly deadlineInMs: number | undefined;
  /** Outcomes known when the claim was made; `suspend` compares it with the row (R5 b). */
  readonly wakes: number;
  /** Number of the run's last log line. */
  readonly lastLog: number;
  /** `wakes` as the attempt's last suspended execution saw it: what was logged up to its outcomes is stored. */
  readonly loggedWakes: number | undefined;
  /** From this call on the record is a memo (R6); undefined: all of it binds. */
  readonly memoFrom: number | undefined;
  readonly record: readonly CallRecord[];
  /** Bytes of JSON of the values in its record, in all. */
  readonly recordBytes: number;
}

export interface NewCall {
  readonly seq: number;
  readonly kind: ChildCallKind;
  readonly taskId: string;
  readonly key: string | undefined;
  readonly inputHash: string;
  /** How many children it will have, at least 1. */
  readonly children: number;
  /** How many of them may execute at once; undefined: any number. */
  readonly concurrency?: number;
}

/** A call whose value the run records itself. */
export interface NewValue {
  readonly seq: number;
  readonly kind: ValueCallKind;
  readonly taskId: string | undefined;
  readonly key: string | undefined;
  readonly inputHash: string;
  readonly outcomeSeq: number;
  /** JSON text; undefined when there is none. */
  readonly value: string | undefined;
  /** Of a step that failed. */
  readonly error?: StepFailure;
}

export interface NewChild {
  readonly id: string;
  /** Its place among the call's inputs, from 0. */
  readonly index: number;
  readonly queue: string;
  readonly input: string;
  readonly key: string | undefined;
  readonly priority: number;
  readonly maxAttempts: number;
  /** Undefined: the task's own. */
  readonly backoff?: Backoff;
  readonly dueAt?: Date;
  /** What it passes before each claim, in order, at least one; undefined: it has no limit. */
  readonly gates?: readonly Gate[];
  /** Milliseconds from its creation, or from `dueAt` when that is later, that the run has in all. @default without end */
  readonly timeoutMs?: number;
  /** What asks for it, as a W3C traceparent. @default nothing that is traced */
  readonly trace?: string;
}

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
