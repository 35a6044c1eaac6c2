import type { FileState } from '@millrace/contracts';
import { FileNotLoadedError, type UnloadRequest } from '@millrace/ingest';
import type { Completion } from '@millrace/sdk';
import type { SqlExecutor, Transaction } from '../database.js';
import type { FeedTables } from '../feeds/feed-tables.js';
import { END_UNLOADED, FIND_SKIPPING_FILES, LOCK_LOADED_ARRIVAL, READ_ARRIVAL_STATE } from './unload-files.sql.js';

interface LoadedArrival {
  readonly name: string;
  readonly feed: string;
  readonly contentId: string;
}

/** Takes back the rows of a loaded file within the caller's transaction; gives the ticket that is to end the run. */
export async function unloadFile(
  transaction: Transaction,
  tables: FeedTables,
  { arrivalId, target, complete }: UnloadRequest,
): Promise<Completion> {
  const { rows } = await transaction.query<LoadedArrival>(LOCK_LOADED_ARRIVAL, [arrivalId]);
  const [arrival] = rows;
  if (!arrival) throw new FileNotLoadedError(arrivalId, (await stateOf(transaction, arrivalId)) ?? 'unknown');
  const { name, feed, contentId } = arrival;
  const counts = await tables.unload(target, transaction, { fileId: arrivalId, contentId });
  await transaction.query(END_UNLOADED, [arrivalId, contentId]);
  const { rows: skipping } = await transaction.query<{ id: string }>(FIND_SKIPPING_FILES, [contentId]);
  return complete({ file: name, feed, ...counts, skippedBy: skipping.map(({ id }) => id) });
}

async function stateOf(executor: SqlExecutor, arrivalId: string): Promise<FileState | undefined> {
  const { rows } = await executor.query<{ state: FileState }>(READ_ARRIVAL_STATE, [arrivalId]);
  return rows[0]?.state;
}
