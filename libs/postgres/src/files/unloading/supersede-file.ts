import { type LoadRequest, SupersededEndedError } from '@millrace/ingest';
import type { Transaction } from '../../database.js';
import type { FeedTables } from '../../feeds/feed-tables.js';

const LOCK_SUPERSEDED = `/* arrivals.lock-superseded */
SELECT content_id::text AS "contentId" FROM millrace.arrivals WHERE id = $1 AND state = 'loaded' FOR UPDATE`;

/** Its rejects go as well: the file that goes on where it ended gives them anew. */
const END_SUPERSEDED = `/* arrivals.end-superseded */
WITH content AS (
  UPDATE millrace.contents SET state = 'superseded' WHERE id = $2
), rejects AS (
  DELETE FROM millrace.rejects WHERE arrival_id = $1
)
UPDATE millrace.arrivals SET state = 'superseded', superseded_by = $3, ended_at = clock_timestamp() WHERE id = $1`;

/**
 * Takes back the rows of the file that this one supersedes, within the transaction that loads this one (F2): nobody
 * sees the time between.
 * @throws SupersededEndedError when it is loaded no more
 */
export async function supersedeFile(
  transaction: Transaction,
  tables: FeedTables,
  { arrival, target, supersedes }: Pick<LoadRequest, 'arrival' | 'target' | 'supersedes'>,
): Promise<void> {
  if (supersedes === undefined) return;
  const { rows } = await transaction.query<{ contentId: string }>(LOCK_SUPERSEDED, [supersedes]);
  if (!rows[0]) throw new SupersededEndedError(supersedes);
  const { contentId } = rows[0];
  await tables.unload(target, transaction, { fileId: supersedes, contentId });
  await transaction.query(END_SUPERSEDED, [supersedes, contentId, arrival.id]);
}
