import { setTimeout as delay } from 'node:timers/promises';
import type { IdempotencyClaim, RetryRefusal, RunRetries } from '@millrace/runs';
import type { Dispatcher } from '../queue/dispatcher.js';
import { IdempotencyConflictError, RetryTooEarlyError, RunNotRetryableError } from '../engine.errors.js';

/** A cancellation is complete a moment after its answer: looks, and milliseconds between two of them. */
const LOOKS = 9;
const LOOK_AGAIN_MS = 250;

export interface RetriedRun {
  /** The idempotency key had retried it before. */
  readonly existing: boolean;
}

/** Retries runs for people (R6). */
export class RunRetrier {
  constructor(
    private readonly retries: RunRetries,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Queues a failed or cancelled run again, and lets its failed ancestors wait for it; resolves after the commit.
   * Undefined: there is no such run.
   * @throws RunNotRetryableError, RetryTooEarlyError, IdempotencyConflictError
   */
  async retry(runId: string, idempotency?: IdempotencyClaim): Promise<RetriedRun | undefined> {
    let outcome = await this.retries.retry(runId, idempotency);
    for (let looks = 1; outcome.status === 'too-early' && looks < LOOKS; looks += 1) {
      await delay(LOOK_AGAIN_MS);
      outcome = await this.retries.retry(runId, idempotency);
    }
    switch (outcome.status) {
      case 'retried':
        void this.dispatcher.deliver(outcome.deliveries);
        return { existing: false };
      case 'repeated':
        return { existing: true };
      case 'key-conflict':
        throw new IdempotencyConflictError(idempotency?.key ?? '', runId);
      case 'refused':
        throw new RunNotRetryableError(runId, explain(runId, outcome.refusal));
      case 'too-early':
        throw new RetryTooEarlyError(runId);
      case 'unknown-run':
        return undefined;
    }
  }
}

function explain(retried: string, { reason, runId }: RetryRefusal): string {
  switch (reason) {
    case 'not-ended':
      return `Run ${retried} has not ended. Only a failed or cancelled run is retried.`;
    case 'succeeded':
      return `Run ${retried} has succeeded. Start a new run to do its work again.`;
    case 'ancestor-succeeded':
      return `Run ${retried} belongs to run ${runId}, which has succeeded without it. Start a new run of its task.`;
    case 'ancestor-cancelled':
      return `Run ${retried} belongs to run ${runId}, which was cancelled. Retry that one.`;
    case 'parent-told':
      return `Run ${retried} belongs to run ${runId}, which goes on and knows of its failure. Wait until that one has ended; retry it if it fails.`;
    case 'key-held':
      return `Run ${retried} was started under a deduplication key that run ${runId} of the same task has now. Wait until that one has ended and the key is free.`;
    case 'cancelling':
      return `Run ${retried} belongs to run ${runId}, below which runs are being cancelled. Wait until that one has ended, and retry it.`;
  }
}
