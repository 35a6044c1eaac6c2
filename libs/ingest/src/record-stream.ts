import { createHash } from 'node:crypto';
import type { Feed } from './feed.js';
import type { StreamedFile, WriteRows } from './file-ledger.port.js';
import { RecordScanner, type RawRecord } from './record-scanner.js';
import { toPointer } from './records-path.js';
import { assertBearable, assertShare } from './reject-policy.js';
import { type Reject, toReject } from './reject.js';
import type { RowTarget, TargetRows } from './row-target.js';

/** Where the records of one reading go. */
export interface RecordSinks {
  readonly write: WriteRows;
  /** Takes a record that cannot be loaded. */
  readonly reject: (reject: Reject) => Promise<void>;
}

/** A checked record: the row it gives, or why it gives none. */
type CheckedRecord = { readonly row: TargetRows[RowTarget] } | { readonly reject: Reject };

/**
 * Reads a document once: hashes its bytes, cuts out its records, checks them, and writes their rows, a chunk's at a
 * time; records that cannot be loaded are set aside. Memory holds one chunk and its rows.
 * @throws FileRefusedError at the first byte that is wrong, or when more records are than the feed's policy bears
 */
export async function streamRecords(
  chunks: AsyncIterable<Buffer>,
  feed: Feed,
  { write, reject }: RecordSinks,
  signal: AbortSignal,
): Promise<StreamedFile> {
  const scanner = new RecordScanner(feed.records);
  const hash = createHash('sha256');
  let size = 0;
  let records = 0;
  let rejected = 0;
  let first: Reject | undefined;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
    const found = scanner.push(chunk);
    records += found.length;
    const rows: TargetRows[RowTarget][] = [];
    for (const raw of found) {
      const checked = checkRecord(feed, raw);
      if ('row' in checked) rows.push(checked.row);
      else {
        rejected += 1;
        first ??= checked.reject;
        assertBearable(feed.rejects, checked.reject, rejected);
        await reject(checked.reject);
      }
    }
    if (rows.length > 0) await write(rows);
  }
  scanner.end();
  assertShare(feed.rejects, rejected, records, first);
  return { sha256: hash.digest(), size, records, rejected };
}

function checkRecord(feed: Feed, raw: RawRecord): CheckedRecord {
  const parsed = parse(raw.bytes);
  if ('problem' in parsed) {
    const pointer = toPointer([...feed.records, raw.index]);
    const message = `Record ${String(raw.index)} is no JSON: ${parsed.problem}.`;
    return { reject: toReject(raw, { code: 'MR_JSON_SYNTAX', message, pointer }) };
  }
  const checked = feed.record.safeParse(parsed.value);
  if (checked.success) return { row: feed.toRow(checked.data) };
  const [issue] = checked.error.issues;
  const pointer = toPointer([...feed.records, raw.index, ...(issue?.path ?? [])]);
  const others = checked.error.issues.length - 1;
  const message = `Record ${String(raw.index)}: ${issue?.message ?? 'not as its feed declares'} at ${pointer}${others > 0 ? `, and ${String(others)} more` : ''}.`;
  return { reject: toReject(raw, { code: 'MR_RECORD_INVALID', message, pointer }) };
}

function parse(bytes: Buffer): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(bytes.toString()) };
  } catch (cause) {
    return { problem: cause instanceof Error ? cause.message : String(cause) };
  }
}
