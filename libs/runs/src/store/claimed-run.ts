import type { Backoff } from '../retries/backoff.js';
import type { CallRecord } from './call.js';
import type { Gate } from '../limits/gate.js';

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
