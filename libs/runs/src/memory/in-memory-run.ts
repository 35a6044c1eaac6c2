import { type CallRecord, type ChildOutcome, hasFailed } from '../store/call.js';
import type { Delivery } from '../store/delivery.js';
import type { NewRun } from '../store/new-run.js';
import type { RunError } from '../state/run-error.js';
import type { FinishedRun, LogLine, RunProgress } from '../store/run-store.port.js';
import { RunState } from '../state/run-state.js';
import { assertTransition, type RunMove } from '../state/run-transitions.js';

/** A run as `InMemoryRunStore` holds it. */
export interface StoredRun extends Omit<NewRun, 'dueAt' | 'maxAttempts'> {
  readonly rootId: string;
  readonly parent: { readonly run: StoredRun; readonly call: StoredCall; readonly index: number } | undefined;
  readonly calls: StoredCall[];
  readonly logs: LogLine[];
  deadlineAt: Date | undefined;
  /** Attempts that were followed by another one. */
  readonly attempts: {
    readonly attempt: number;
    readonly state: RunState | 'lost';
    readonly error: RunError | undefined;
  }[];
  dueAt: Date;
  state: RunState;
  epoch: number;
  delivery: number;
  attempt: number;
  firstAttempt: number;
  maxAttempts: number;
  memoFrom: number | undefined;
  wakes: number;
  loggedWakes: number | undefined;
  /** Whose claim was the last one. */
  workerId: string | undefined;
  /** The delivery under which it has passed its gates. */
  admitted: number | undefined;
  executedMs: number;
  /** Monotonic, in milliseconds; 0 before. */
  endedAt: number;
  result: unknown;
  error: RunError | undefined;
  progress: RunProgress | undefined;
}

/** A call as `InMemoryRunStore` holds it. */
export type StoredCall = { -readonly [K in keyof CallRecord]: CallRecord[K] } & {
  pending: number;
  readonly concurrency: number | undefined;
};

/** A run as it is created. */
export function storeRun(run: NewRun, rootId: string, parent: StoredRun['parent']): StoredRun {
  return {
    ...run,
    ...{ rootId, parent, calls: [], logs: [], attempts: [], dueAt: run.dueAt ?? new Date() },
    ...{ state: RunState.queued, epoch: 0, delivery: 1, attempt: 1, firstAttempt: 1, memoFrom: undefined },
    ...{
      wakes: 0,
      loggedWakes: undefined,
      workerId: undefined,
      admitted: undefined,
      executedMs: 0,
      endedAt: 0,
      result: undefined,
      error: undefined,
      progress: undefined,
    },
    deadlineAt: deadlineOf(run),
  };
}

/** When a life that begins now, or when it is due, is over; undefined: never. */
export function deadlineOf({ timeoutMs, dueAt }: Pick<NewRun, 'timeoutMs' | 'dueAt'>): Date | undefined {
  if (timeoutMs === undefined) return undefined;
  return new Date(Math.max(Date.now(), dueAt?.getTime() ?? 0) + timeoutMs);
}

/** @throws IllegalTransitionError */
export function moveRun(run: StoredRun, verb: RunMove, to: RunState): void {
  assertTransition(run.id, verb, run.state, to);
  run.state = to;
}

/** Moves the run into `queued`, under its next delivery number. */
export function queueAgain(run: StoredRun, verb: RunMove): Delivery {
  moveRun(run, verb, RunState.queued);
  run.delivery += 1;
  return toDelivery(run);
}

/** Counts a run that has ended off its parent's call. */
export function countOff(run: StoredRun): FinishedRun {
  const { parent, state } = run;
  run.endedAt = performance.now();
  if (parent === undefined) return { parentToWake: undefined };
  parent.call.pending -= 1;
  if (state !== RunState.succeeded) parent.call.failed += 1;
  return { parentToWake: parent.call.pending === 0 ? parent.run.id : undefined };
}

/** Begins the run's next attempt: keeps the one that ended, and forgets the failures among its children (R6). */
export function beginAttempt(run: StoredRun, state: RunState | 'lost', error: RunError | undefined): void {
  run.attempts.push({ attempt: run.attempt, state, error });
  run.attempt += 1;
  run.loggedWakes = undefined;
  run.executedMs = 0;
  for (const call of run.calls) {
    if (hasFailed(call)) run.memoFrom = Math.min(run.memoFrom ?? Infinity, call.seq);
    // What goes on through the change of attempts is this one's to see.
    else if (call.pending > 0) call.attempt = run.attempt;
  }
}

/** The delivery that the run stands at. */
export function toDelivery({ id, delivery, taskId, queue, priority, dueAt }: StoredRun): Delivery {
  return { runId: id, delivery, taskId, queue, priority, dueAt };
}

/** How a child has ended. */
export function toOutcome({ id: runId, state, result, error }: StoredRun): ChildOutcome {
  if (state === RunState.succeeded) return { status: 'succeeded', runId, result };
  return { status: 'failed', runId, error: error ?? { code: 'MR_RUN_CANCELLED', message: 'the run was cancelled' } };
}
