/**
 * The states of a run.
 *
 *     queued ──claim──▶ running ──▶ succeeded | failed
 *       ▲                 │
 *       │◀─ retry, snooze,│
 *       │   hand-back     ▼
 *       └────wake──── waiting          (waiting: for children, only)
 *
 * `queued` and `waiting` can also become `cancelled`. A terminal run is never moved by the engine.
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
