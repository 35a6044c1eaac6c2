import type { Delivery } from './delivery.js';
import type { RetryRefusal } from './plan-retry.js';
import type { IdempotencyClaim } from './run-store.port.js';

/** What became of a retry. */
export type RetryOutcome =
  | { readonly status: 'retried'; readonly delivery: Delivery }
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
   * transaction. What they did before stays recorded. An idempotency key stands for a retry that was made.
   */
  retry(runId: string, idempotency?: IdempotencyClaim): Promise<RetryOutcome>;
}

/** The scope of a retry's idempotency key; no task has such an id. */
export function retryScope(runId: string): string {
  return `retry ${runId}`;
}
