import { createHash } from 'node:crypto';
import { FileRefusedError } from './document.errors.js';
import type { Feed } from './feed.js';
import type { StreamedFile, WriteRows } from './file-ledger.port.js';
import { RecordScanner, type RawRecord } from './record-scanner.js';
import { toPointer } from './records-path.js';

/**
 * Reads a document once: hashes its bytes, cuts out its records, checks them, and writes their rows, a chunk's at a
 * time. Memory holds one chunk and its rows.
 * @throws FileRefusedError at the first byte or record that is wrong
 */
export async function streamRecords(
  chunks: AsyncIterable<Buffer>,
  feed: Feed,
  write: WriteRows,
  signal: AbortSignal,
): Promise<StreamedFile> {
  const scanner = new RecordScanner(feed.records);
  const hash = createHash('sha256');
  let size = 0;
  let records = 0;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
    const found = scanner.push(chunk);
    records += found.length;
    if (found.length > 0) await write(found.map((raw) => feed.toRow(checkRecord(feed, raw))));
  }
  scanner.end();
  return { sha256: hash.digest(), size, records };
}

function checkRecord(feed: Feed, raw: RawRecord): unknown {
  const checked = feed.record.safeParse(parse(feed, raw));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const pointer = toPointer([...feed.records, raw.index, ...(issue?.path ?? [])]);
  const others = checked.error.issues.length - 1;
  const message = `Record ${String(raw.index)}: ${issue?.message ?? 'not as its feed declares'} at ${pointer}${others > 0 ? `, and ${String(others)} more` : ''}.`;
  throw new FileRefusedError('MR_RECORD_INVALID', message, place(raw, pointer));
}

function parse(feed: Feed, raw: RawRecord): unknown {
  try {
    return JSON.parse(raw.bytes.toString());
  } catch (cause) {
    const pointer = toPointer([...feed.records, raw.index]);
    const message = `Record ${String(raw.index)} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new FileRefusedError('MR_JSON_SYNTAX', message, place(raw, pointer), { cause });
  }
}

function place({ offset, line }: RawRecord, pointer: string) {
  return { offset, line, pointer };
}
