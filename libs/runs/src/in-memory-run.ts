import type { CallRecord } from './call.js';
import type { Delivery } from './delivery.js';
import type { RunError } from './run-error.js';
import type { FinishedRun, LogLine, NewRun, RunProgress } from './run-store.port.js';
import { RunState } from './run-state.js';
import { assertTransition, type RunMove } from './run-transitions.js';

/** A run as `InMemoryRunStore` holds it. */
export interface StoredRun extends Omit<NewRun, 'dueAt'> {
  readonly rootId: string;
  readonly parent: { readonly run: StoredRun; readonly call: StoredCall; readonly index: number } | undefined;
  readonly calls: StoredCall[];
  readonly logs: LogLine[];
  readonly deadlineAt: Date | undefined;
  dueAt: Date;
  state: RunState;
  epoch: number;
  delivery: number;
  attempt: number;
  wakes: number;
  loggedWakes: number | undefined;
  /** The delivery under which it has passed its gates. */
  admitted: number | undefined;
  executedMs: number;
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
    ...{ rootId, parent, calls: [], logs: [], dueAt: run.dueAt ?? new Date(), state: RunState.queued },
    deadlineAt: run.timeoutMs === undefined ? undefined : new Date(Date.now() + run.timeoutMs),
    ...{ epoch: 0, delivery: 1, attempt: 1, wakes: 0, loggedWakes: undefined, admitted: undefined, executedMs: 0 },
    ...{ result: undefined, error: undefined },
    progress: undefined,
  };
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
export function countOff({ parent }: StoredRun): FinishedRun {
  if (parent === undefined) return { parentToWake: undefined };
  parent.call.pending -= 1;
  return { parentToWake: parent.call.pending === 0 ? parent.run.id : undefined };
}

/** The delivery that the run stands at. */
export function toDelivery({ id, delivery, taskId, queue, priority, dueAt }: StoredRun): Delivery {
  return { runId: id, delivery, taskId, queue, priority, dueAt };
}
