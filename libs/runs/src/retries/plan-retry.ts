import { RunState } from '../state/run-state.js';

/** A run on the way from the root down to the run that is to be retried. */
export interface RetryStep {
  readonly runId: string;
  readonly state: RunState;
  readonly attempt: number;
  /** Whether it is being cancelled, or its call that leads on is. */
  readonly marked: boolean;
  /** The call that leads to the next run; undefined for the run itself. */
  readonly call: { readonly told: boolean; readonly attempt: number } | undefined;
}

/** Why a run cannot be retried, and which run is the reason. */
export interface RetryRefusal {
  readonly reason:
    | 'not-ended'
    | 'succeeded'
    | 'ancestor-succeeded'
    | 'ancestor-cancelled'
    | 'parent-told'
    | 'cancelling'
    /** The deduplication key of its tree is another run's by now. */
    | 'key-held';
  readonly runId: string;
}

/** The answer to a retry that cannot be. */
export interface RetryRefused {
  readonly status: 'refused';
  readonly refusal: RetryRefusal;
}

/** How many runs of the way, from the run upwards, are reopened. */
export interface RetryPlan {
  readonly status: 'planned';
  readonly reopened: number;
}

/**
 * Decides a retry (R6) from the rows on the way from the root down to the run, all of them locked.
 */
export function planRetry(path: readonly RetryStep[]): RetryPlan | RetryRefused {
  const [run, ...ancestors] = path.toReversed();
  if (run === undefined) throw new TypeError('A way to a run has at least that run.');
  const refuse = (reason: RetryRefusal['reason'], { runId } = run) => ({
    status: 'refused' as const,
    refusal: { reason, runId },
  });
  if (run.state === RunState.succeeded) return refuse('succeeded');
  if (run.state !== RunState.failed && run.state !== RunState.cancelled) return refuse('not-ended');

  const failed = ancestors.findIndex(({ state }) => state !== RunState.failed);
  const alive = failed === -1 ? [] : ancestors.slice(failed);
  for (const [distance, ancestor] of alive.entries()) {
    if (ancestor.state === RunState.succeeded) return refuse('ancestor-succeeded', ancestor);
    if (ancestor.state === RunState.cancelled) return refuse('ancestor-cancelled', ancestor);
    // An ended run above one that lives: what is below it is being cancelled.
    if (ancestor.state === RunState.failed || ancestor.marked) return refuse('cancelling', ancestor);
    // What this very attempt was told it may have acted upon.
    const told = distance === 0 && ancestor.call?.told === true && ancestor.call.attempt === ancestor.attempt;
    if (told) return refuse('parent-told', ancestor);
  }
  return { status: 'planned', reopened: 1 + ancestors.length - alive.length };
}
