import { createHash } from 'node:crypto';
import type { ResubmitOutcome } from '@millrace/contracts';
import {
  isExpired,
  RejectResolvedError,
  type ResubmitRequest,
  type RowTarget,
  type StreamedFile,
  UnknownRejectError,
  type WriteRows,
} from '@millrace/ingest';
import type { Completion } from '@millrace/sdk';
import type { Transaction } from '../../database.js';
import type { FeedTables } from '../../feeds/feed-tables.js';
import type { LoadedCounts } from '../../feeds/copy/row-sink.js';
import { lockLoaded } from '../unloading/lock-loaded.js';
import { COUNT_RESUBMITTED, READ_RESOLUTION, RESOLVE_REJECT } from './resubmit-reject.sql.js';

/**
 * Loads a reject as one of its file's records within the caller's transaction: unloading the file takes its row too.
 * Gives the ticket that is to end the run.
 */
export async function resubmitReject(
  transaction: Transaction,
  tables: FeedTables,
  request: ResubmitRequest,
): Promise<Completion> {
  const { arrivalId, index, target, record, isCorrected, runId } = request;
  const { name, feed, contentId } = await lockLoaded(transaction, arrivalId);
  await assertUnresolved(transaction, request);
  const { file, counts, span } = await tables.load(
    { arrival: { id: arrivalId }, target, stream: documentOf(target, record) },
    transaction,
    contentId,
  );
  const { loaded, unchanged, conflicting, rows } = counts;
  const outcome = outcomeOf(file, counts);
  await transaction.query(COUNT_RESUBMITTED, [
    ...[contentId, loaded, unchanged, conflicting, rows],
    ...[Number(record.naive), Number(record.extra), file.expired, span?.first],
  ]);
  await transaction.query(RESOLVE_REJECT, [arrivalId, index, runId, outcome, isCorrected ? record.bytes : null]);
  return request.complete({ file: name, feed, index, outcome, rows });
}

async function assertUnresolved(transaction: Transaction, { arrivalId, index }: ResubmitRequest): Promise<void> {
  const { rows } = await transaction.query<{ resolvedBy: string | null }>(READ_RESOLUTION, [arrivalId, index]);
  const [reject] = rows;
  if (!reject) throw new UnknownRejectError(arrivalId, index);
  if (reject.resolvedBy !== null) throw new RejectResolvedError(arrivalId, index, reject.resolvedBy);
}

/** The record as a document of its own, of which every record is good. */
function documentOf(target: RowTarget, { row, bytes, naive, extra }: ResubmitRequest['record']) {
  const sha256 = createHash('sha256').update(bytes).digest();
  const file = { sha256, size: bytes.length, records: 1, rejected: 0, naive: Number(naive), extra: Number(extra) };
  return async (write: WriteRows, keptFromMs?: number) => {
    if (isExpired(target, row, keptFromMs)) return { ...file, expired: 1 };
    await write([row]);
    return { ...file, expired: 0 };
  };
}

function outcomeOf({ expired }: StreamedFile, { loaded, unchanged }: LoadedCounts): ResubmitOutcome {
  if (expired > 0) return 'expired';
  if (loaded > 0) return 'loaded';
  return unchanged > 0 ? 'unchanged' : 'conflicting';
}
