import { type IdempotencyClaim, type RetryOutcome, retryScope, type RunRetries } from '@millrace/runs';
import type { Database } from '../../database.js';
import { untilAnswered } from '../../until-answered.js';
import { onceByKey } from '../creation/once-by-key.js';
import { retryRun } from './retry-run.js';

/** Milliseconds that a person waits for a server that is away. */
const PATIENCE_MS = 3_000;

/** Nothing was retried: the transaction is undone, and the idempotency key stays free. */
class NotRetried extends Error {
  constructor(readonly outcome: RetryOutcome) {
    super(outcome.status);
  }
}

/** Retries in PostgreSQL. */
export class PostgresRunRetries implements RunRetries {
  constructor(private readonly database: Database) {}

  async retry(runId: string, idempotency?: IdempotencyClaim): Promise<RetryOutcome> {
    try {
      return await untilAnswered(() => this.#retryOnce(runId, idempotency), PATIENCE_MS);
    } catch (error) {
      if (error instanceof NotRetried) return error.outcome;
      throw error;
    }
  }

  #retryOnce(runId: string, idempotency: IdempotencyClaim | undefined): Promise<RetryOutcome> {
    return this.database.transaction(async (transaction) => {
      const once = await onceByKey(transaction, retryScope(runId), idempotency, async () => {
        const outcome = await retryRun(transaction, runId);
        if (outcome.status !== 'retried') throw new NotRetried(outcome);
        return outcome;
      });
      return once.status === 'done' ? once.answer : { status: once.status };
    });
  }
}
