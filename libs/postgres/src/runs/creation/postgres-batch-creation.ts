import { BATCH_SCOPE, type BatchCreation, type BatchOutcome, type IdempotencyClaim, type NewRun } from '@millrace/runs';
import type { Database, Transaction } from '../../database.js';
import { untilAnswered } from '../../until-answered.js';
import { deduplicateRuns } from './deduplicate-runs.js';
import { firstDelivery } from '../delivery-row.js';
import { insertRuns } from './insert-runs.js';
import { onceByKey } from './once-by-key.js';

/** Rows in one insert of the transaction. */
const CHUNK = 1_000;
/** Milliseconds that a creation waits for a server that is away: somebody waits at the other end of a request. */
export const CREATION_PATIENCE_MS = 3_000;

/** Creates runs in a transaction of their own: batches, and single runs that have a deduplication key. */
export class PostgresBatchCreation implements BatchCreation {
  constructor(private readonly database: Database) {}

  createAll(runs: readonly NewRun[], idempotency?: IdempotencyClaim): Promise<BatchOutcome> {
    return this.createWithin(BATCH_SCOPE, runs, idempotency);
  }

  /** As `createAll`, for idempotency keys of another scope. */
  createWithin(scope: string, runs: readonly NewRun[], claim: IdempotencyClaim | undefined): Promise<BatchOutcome> {
    const attempt = () => this.database.transaction((transaction) => createAll(transaction, scope, runs, claim));
    return untilAnswered(attempt, CREATION_PATIENCE_MS);
  }
}

async function createAll(
  transaction: Transaction,
  scope: string,
  runs: readonly NewRun[],
  claim: IdempotencyClaim | undefined,
): Promise<BatchOutcome> {
  let instead = new Map<string, string>();
  const once = await onceByKey(transaction, scope, claim, async () => {
    instead = await deduplicateRuns(transaction, runs);
    await insert(
      transaction,
      runs.filter(({ id }) => !instead.has(id)),
    );
    return runs.map(({ id }) => instead.get(id) ?? id);
  });
  if (once.status === 'key-conflict') return { status: 'key-conflict', runIds: once.answer ?? [] };
  const isNew = (run: NewRun) => once.status === 'done' && !instead.has(run.id);
  return {
    status: 'accepted',
    runs: runs.map((run, index) => ({
      runId: once.answer[index] as string,
      delivery: isNew(run) ? firstDelivery(run) : undefined,
    })),
  };
}

async function insert(transaction: Transaction, runs: readonly NewRun[]): Promise<void> {
  for (let from = 0; from < runs.length; from += CHUNK) {
    const creations = runs.slice(from, from + CHUNK).map((run) => ({ run, idempotency: undefined }));
    await insertRuns(transaction, creations);
  }
}
