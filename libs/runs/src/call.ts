import type { RunError } from './run-error.js';

/** Kinds of call recorded so far. */
export type CallKind = 'invoke' | 'map';

/** One `ctx.invoke / map` of a run as recorded; answered from here on a replay. */
export interface CallRecord {
  /** Its place among the run's calls, from 0. */
  readonly seq: number;
  readonly kind: CallKind;
  readonly taskId: string;
  readonly key: string | undefined;
  /** SHA-256 of the inputs' JSON, hex. */
  readonly inputHash: string;
  readonly children: number;
  /** Whether all its children have been created. */
  readonly sealed: boolean;
  /** Children created so far. */
  readonly created: number;
  /** Order in which outcomes became known to the run; undefined while open. */
  readonly outcomeSeq: number | undefined;
}

/** How one child of a call ended. */
export type ChildOutcome =
  | { readonly status: 'succeeded'; readonly runId: string; readonly result: unknown }
  | { readonly status: 'failed'; readonly runId: string; readonly error: RunError };
