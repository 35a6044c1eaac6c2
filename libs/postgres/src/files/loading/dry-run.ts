import type { DryRunOutcome, DryRunRequest } from '@millrace/ingest';
import type { Database, Transaction } from '../../database.js';
import type { FeedTables } from '../../feeds/feed-tables.js';
import { FIND_CONTENT } from '../file-ledger.sql.js';
import { untilUndisputed } from '../failures/until-undisputed.js';

/** Thrown so that what was tried is rolled back. */
class TriedOut extends Error {
  constructor(readonly outcome: DryRunOutcome) {
    super('What was tried out is rolled back.');
  }
}

/** Loads a file in a transaction that never commits; gives what came of it. */
export async function dryRun(database: Database, tables: FeedTables, request: DryRunRequest): Promise<DryRunOutcome> {
  try {
    return await untilUndisputed((inOrder) =>
      database.transaction(async (transaction) => {
        throw new TriedOut(await tryOut(transaction, tables, request, inOrder));
      }),
    );
  } catch (error) {
    if (error instanceof TriedOut) return error.outcome;
    throw error;
  }
}

async function tryOut(
  transaction: Transaction,
  tables: FeedTables,
  { fileId, feed, target, stream, newPartitions }: DryRunRequest,
  inOrder: boolean,
): Promise<DryRunOutcome> {
  const rows = { arrival: { id: fileId }, target, stream, newPartitions };
  const { file, counts } = await tables.tryOut(rows, transaction, inOrder);
  const { rows: earlier } = await transaction.query<{ broughtBy: string }>(FIND_CONTENT, [feed, file.sha256]);
  const { records, expired, rejected, naive, extra } = file;
  return { duplicateOf: earlier[0]?.broughtBy, counts: { records, expired, rejected, naive, extra, ...counts } };
}
