import { RunState } from './run-state.js';

/** The verbs that move a run; each is one guarded statement of the store. */
export type RunMove = 'claim' | 'suspend' | 'wake' | 'requeue' | 'finish' | 'cancel' | 'expire' | 'retry' | 'reopen';

export interface RunTransition {
  readonly move: RunMove;
  readonly from: RunState;
  readonly to: RunState;
}

const { queued, running, waiting, succeeded, failed, cancelled } = RunState;

/** Every legal move. What is not here does not happen; `succeeded` is in no `from`. */
export const RUN_TRANSITIONS: readonly RunTransition[] = [
  { move: 'claim', from: queued, to: running },
  { move: 'suspend', from: running, to: waiting },
  // An outcome came since the claim: nothing to wait for.
  { move: 'suspend', from: running, to: queued },
  { move: 'wake', from: waiting, to: queued },
  // The next attempt, a snooze, a hand-back, or a lost worker.
  { move: 'requeue', from: running, to: queued },
  { move: 'finish', from: running, to: succeeded },
  { move: 'finish', from: running, to: failed },
  // Of marked runs alone (R8). A running one is moved by its own execution, or when its worker is lost.
  { move: 'cancel', from: queued, to: cancelled },
  { move: 'cancel', from: waiting, to: cancelled },
  { move: 'cancel', from: running, to: cancelled },
  // The deadline is over. A running one finishes by itself.
  { move: 'expire', from: queued, to: failed },
  { move: 'expire', from: waiting, to: failed },
  // By a person.
  { move: 'retry', from: failed, to: queued },
  { move: 'retry', from: cancelled, to: queued },
  // An ancestor of the run that a person retries.
  { move: 'retry', from: failed, to: waiting },
  // By its parent's new attempt, when that asks for it.
  { move: 'reopen', from: failed, to: queued },
  { move: 'reopen', from: cancelled, to: queued },
];

/** A move that the table does not have. */
export class IllegalTransitionError extends Error {
  readonly code = 'MR_ILLEGAL_TRANSITION';
  override readonly name = 'IllegalTransitionError';
  constructor(
    readonly runId: string,
    readonly move: RunMove,
    readonly from: RunState,
    readonly to: RunState,
  ) {
    super(`Run ${runId} is ${from}; "${move}" cannot make it ${to}.`);
  }
}

/** @throws IllegalTransitionError */
export function assertTransition(runId: string, move: RunMove, from: RunState, to: RunState): void {
  const legal = RUN_TRANSITIONS.some((known) => known.move === move && known.from === from && known.to === to);
  if (!legal) throw new IllegalTransitionError(runId, move, from, to);
}
