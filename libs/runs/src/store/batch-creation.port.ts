import type { Delivery } from './delivery.js';
import type { IdempotencyClaim, NewRun } from './new-run.js';

/** One run of a batch, in the order of the batch. */
export interface BatchedRun {
  readonly runId: string;
  /** Undefined: the run was there before, by the batch's idempotency key or its own deduplication key. */
  readonly delivery: Delivery | undefined;
}

/** What became of a batch. */
export type BatchOutcome =
  | { readonly status: 'accepted'; readonly runs: readonly BatchedRun[] }
  /** The runs that the key has made with another body, where they are known. */
  | { readonly status: 'key-conflict'; readonly runIds: readonly string[] };

/** Creates many root runs in one transaction: all of them or none. */
export interface BatchCreation {
  /** The idempotency key covers the whole batch: the same key and body give the same runs. */
  createAll(runs: readonly NewRun[], idempotency?: IdempotencyClaim): Promise<BatchOutcome>;
}

/** The scope of a batch's idempotency key; no task has such an id. */
export const BATCH_SCOPE = 'create batch';
