import { type ChildOutcome, type RunError, RunState } from '@millrace/runs';

/** How a child ended, as the statements give it. */
export interface OutcomeRow {
  readonly id: string;
  readonly state: RunState;
  readonly result: unknown;
  readonly error: RunError | null;
}

export function toOutcome({ id, state, result, error }: OutcomeRow): ChildOutcome {
  if (state === RunState.succeeded) return { status: 'succeeded', runId: id, result };
  const unsaid = { code: 'MR_RUN_CANCELLED', message: 'the run was cancelled' };
  return { status: 'failed', runId: id, error: error ?? unsaid };
}
