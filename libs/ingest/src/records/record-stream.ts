import { createHash } from 'node:crypto';
import { FileRefusedError, garbledRecord, missingRecords, type Place } from '../scanning/document.errors.js';
import type { Feed } from '../feeds/feed.js';
import type { ReadingSinks, ReadSoFar, StreamedFile, WriteRows } from '../loading/file-ledger.port.js';
import type { RawRecord } from '../scanning/raw-record.js';
import { csvFormat, type DocumentFormat, jsonFormat } from './document-format.js';
import type { ReadRecord } from './record-reader.js';
import { toPointer } from '../feeds/records-path.js';
import { assertBearable, assertShare } from '../feeds/reject-policy.js';
import type { Reject } from './reject.js';
import type { FeedRow } from '../feeds/row-target.js';
import { TimeCheck } from './time-check.js';

/** Where the records of one reading go. */
export interface RecordSinks extends ReadingSinks {
  readonly write: WriteRows;
}

/**
 * Reads a document once: hashes its bytes, cuts out its records, checks them, and writes their rows, a chunk's at a
 * time; records that cannot be loaded are set aside. Memory holds one chunk and its rows.
 * @param keptFromMs records of before, since 1970, are counted and not loaded. @default all are loaded
 * @throws FileRefusedError at the first byte that is wrong, or when more records are than the feed's policy bears
 */
export function streamRecords(
  chunks: AsyncIterable<Buffer>,
  feed: Feed,
  sinks: RecordSinks,
  signal: AbortSignal,
  keptFromMs?: number,
): Promise<StreamedFile> {
  const times = TimeCheck.now(feed, keptFromMs);
  return feed.format === 'csv'
    ? stream(chunks, feed, csvFormat(feed, times), sinks, signal)
    : stream(chunks, feed, jsonFormat(feed, times), sinks, signal);
}

async function stream<Raw extends RawRecord>(
  chunks: AsyncIterable<Buffer>,
  feed: Feed,
  { scanner, check }: DocumentFormat<Raw>,
  sinks: RecordSinks,
  signal: AbortSignal,
): Promise<StreamedFile> {
  const reading = new RecordReading(feed, check, sinks);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
    await reading.take(reading.find(() => scanner.push(chunk)));
    sinks.passed({ bytes: size, ...reading.soFar() });
  }
  const rest = reading.find(() => scanner.end());
  if (rest !== undefined) await ('bytes' in rest ? reading.takeLone(rest) : reading.take(rest));
  return { sha256: hash.digest(), size, ...reading.end() };
}

/** Checks records as they come, hands on what each gives, and counts. */
class RecordReading<Raw extends RawRecord> {
  private readonly counts = { records: 0, rejected: 0, expired: 0, naive: 0, extra: 0 };
  private firstReject: Reject | undefined;
  /** The first byte of a record that cannot stand there in JSON. */
  private firstGarbled: (Place & { readonly offset: number }) | undefined;

  constructor(
    private readonly feed: Feed,
    private readonly check: DocumentFormat<Raw>['check'],
    private readonly sinks: RecordSinks,
  ) {}

  /**
   * What the scanner finds. Where a document goes wrong behind a record that is no JSON it is that record that may have led it
   * astray: of `[![1], 2]` the first element is `![1`, and something follows the array.
   * @throws what the scanner throws, with the first byte that is wrong as its place
   */
  find<Found>(scan: () => Found): Found {
    try {
      return scan();
    } catch (error) {
      const first = this.firstGarbled;
      throw first !== undefined && isOfStructure(error) ? garbledRecord(first) : error;
    }
  }

  async take(found: readonly (Raw | ReadRecord)[]): Promise<void> {
    this.counts.records += found.length;
    const rows: FeedRow[] = [];
    for (const record of found) {
      if ('value' in record) {
        rows.push(record.value as FeedRow);
        continue;
      }
      const checked = this.check.check(record);
      if ('reject' in checked) {
        if (checked.reject.code === 'MR_JSON_SYNTAX') this.firstGarbled ??= checked.fault;
        await this.reject(checked.reject);
        continue;
      }
      if (checked.expired) {
        this.counts.expired += 1;
        continue;
      }
      rows.push(checked.row);
      if (checked.naive) this.counts.naive += 1;
      if (checked.extra) this.counts.extra += 1;
    }
    if (rows.length > 0) await this.sinks.write(rows);
  }

  /** A document without an array of records: it is a record itself, or is refused. */
  async takeLone(raw: Raw): Promise<void> {
    const checked = this.check.check(raw);
    if ('row' in checked) return this.take([raw]);
    const { offset, line, message } = checked.reject;
    throw missingRecords(toPointer(this.feed.records), { offset, line }, message);
  }

  soFar(): Omit<ReadSoFar, 'bytes'> {
    const { records, rejected } = this.counts;
    return { records, rejected };
  }

  /** @throws FileRefusedError when a larger share was rejected than the feed bears */
  end() {
    assertShare(this.feed.rejects, this.counts.rejected, this.counts.records, this.firstReject);
    return this.counts;
  }

  private async reject(reject: Reject): Promise<void> {
    this.firstReject ??= reject;
    this.counts.rejected += 1;
    assertBearable(this.feed.rejects, reject, this.counts.rejected);
    await this.sinks.reject(reject);
  }
}

const OF_STRUCTURE: readonly string[] = [
  'MR_JSON_SYNTAX',
  'MR_JSON_TOO_DEEP',
  'MR_RECORDS_MISSING',
  'MR_RECORDS_TWICE',
] satisfies FileRefusedError['code'][];

/** Whether a document is refused for what stands around its records. */
function isOfStructure(error: unknown): boolean {
  return error instanceof FileRefusedError && OF_STRUCTURE.includes(error.code);
}
