import type { UnloadRequest } from '@millrace/ingest';
import type { Completion } from '@millrace/sdk';
import type { Transaction } from '../../database.js';
import type { FeedTables } from '../../feeds/feed-tables.js';
import { lockLoaded } from './lock-loaded.js';
import { END_UNLOADED, FIND_SKIPPING_FILES, READ_ROWS_GIVEN } from './unload-files.sql.js';

/** Takes back the rows of a loaded file within the caller's transaction; gives the ticket that is to end the run. */
export async function unloadFile(
  transaction: Transaction,
  tables: FeedTables,
  { arrivalId, target, complete }: UnloadRequest,
): Promise<Completion> {
  const { name, feed, contentId } = await lockLoaded(transaction, arrivalId);
  const counts = await tables.unload(target, transaction, { fileId: arrivalId, contentId });
  const { rows: given } = await transaction.query<{ rows: number }>(READ_ROWS_GIVEN, [contentId]);
  const expired = Math.max(0, (given[0]?.rows ?? 0) - counts.rows);
  await transaction.query(END_UNLOADED, [arrivalId, contentId]);
  const { rows: skipping } = await transaction.query<{ id: string }>(FIND_SKIPPING_FILES, [contentId]);
  return complete({ file: name, feed, ...counts, expired, skippedBy: skipping.map(({ id }) => id) });
}
