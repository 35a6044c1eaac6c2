import type { Delivery } from '../store/delivery.js';
import type { IdempotencyClaim } from '../store/new-run.js';
import type { RetryRefusal } from './plan-retry.js';

/** What became of a retry. */
export type RetryOutcome =
  /** The run's delivery is among these. */
  | { readonly status: 'retried'; readonly deliveries: readonly Delivery[] }
  /** The idempotency key has retried the run before. */
  | { readonly status: 'repeated' }
  /** The idempotency key was sent with another body before. */
  | { readonly status: 'key-conflict' }
  | { readonly status: 'refused'; readonly refusal: RetryRefusal }
  /** What is to be reopened was cancelled, and some of what is below it has not ended yet. */
  | { readonly status: 'too-early' }
  | { readonly status: 'unknown-run' };

/** What people do to runs that have ended (R6). */
export interface RunRetries {
  /**
   * `failed` or `cancelled` -> `queued` for another series of attempts, and its failed ancestors -> `waiting`, in one
   * transaction; an ancestor that ended before it had created all its children is queued to go on with that. What they did before stays recorded. An idempotency key stands for a retry that was made.
   */
  retry(runId: string, idempotency?: IdempotencyClaim): Promise<RetryOutcome>;
}

/** The scope of a retry's idempotency key; no task has such an id. */
export function retryScope(runId: string): string {
  return `retry ${runId}`;
}
