/**
 * The states of a run; `run-transitions.ts` has the moves between them.
 *
 *     queued ──claim──▶ running ──finish──▶ succeeded | failed
 *       ▲                │   │
 *       ├────requeue─────┘   │
 *       └──wake── waiting ◀──┘ suspend
 *
 *     queued | waiting | running ──cancel──▶ cancelled
 *     queued | waiting ──expire──▶ failed
 *     failed | cancelled ──retry──▶ queued | waiting
 *     failed | cancelled ──reopen──▶ queued
 *
 * `waiting` is for children, only. `succeeded` never moves; `failed` and `cancelled` only by a retry (R6).
 */
export const RunState = {
  queued: 'queued',
  running: 'running',
  waiting: 'waiting',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;
export type RunState = (typeof RunState)[keyof typeof RunState];

export const RUN_STATES = Object.values(RunState);

export type TerminalState = 'succeeded' | 'failed' | 'cancelled';

/** Whether the engine is done with a run in this state. */
export function isTerminal(state: RunState): state is TerminalState {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
