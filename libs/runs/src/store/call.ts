import type { StepFailure } from '@millrace/sdk';
import type { RunError } from '../state/run-error.js';

/** Calls that wait for child runs. */
export type ChildCallKind = 'invoke' | 'map' | 'map-settled';
/** Calls whose value the run itself records: a step's, a started run's id, the arms of a branch. */
export type ValueCallKind = 'step' | 'start' | 'branch';
export type CallKind = ChildCallKind | ValueCallKind;

/** One `ctx` call of a run as recorded; answered from here on a replay. */
export interface CallRecord {
  /** Its place among the run's calls, from 0. */
  readonly seq: number;
  readonly kind: CallKind;
  /** The child's task; undefined for steps and branches. */
  readonly taskId: string | undefined;
  /** What the author named it by: a key, a step's name, the arm a branch took. */
  readonly key: string | undefined;
  /** SHA-256 of the inputs' JSON, hex. */
  readonly inputHash: string;
  readonly children: number;
  /** Whether all its children have been created. */
  readonly sealed: boolean;
  /** Children created so far. */
  readonly created: number;
  /** Children that failed or were cancelled, of those that have ended. */
  readonly failed: number;
  /** The attempt that opened it, or that its children were last queued for. */
  readonly attempt: number;
  /** Order in which outcomes became known to the run; undefined while open. */
  readonly outcomeSeq: number | undefined;
  /** Of value calls; undefined also when a step gave nothing. */
  readonly value: unknown;
  /** Of a step that failed in this attempt, or in an earlier one and was not done again since. */
  readonly error?: StepFailure | undefined;
  /** Of an `invoke` that is answered, where the store has it at hand: what is not here is asked for by `outcomes`. */
  readonly outcome?: ChildOutcome | undefined;
}

/** Whether the call's own step, or one of its children, has failed. */
export function hasFailed({ failed, error }: Pick<CallRecord, 'failed' | 'error'>): boolean {
  return failed > 0 || error !== undefined;
}

/**
 * Whether the call's failure is forgotten (R6): an earlier attempt saw it, and this one does the step, or runs the
 * children that failed, again when it asks for them.
 */
export function isForgotten(call: Pick<CallRecord, 'failed' | 'error' | 'attempt'>, now: number): boolean {
  return hasFailed(call) && call.attempt < now;
}

/** How one child of a call ended. */
export type ChildOutcome =
  | { readonly status: 'succeeded'; readonly runId: string; readonly result: unknown }
  | { readonly status: 'failed'; readonly runId: string; readonly error: RunError };

/**
 * Room below each outcome of a child for those that the run records itself. The n-th time that a run is told of a call
 * has the place n * OUTCOME_STRIDE; what it records after that, the places behind.
 */
export const OUTCOME_STRIDE = 2 ** 20;
