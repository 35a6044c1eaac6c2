import { csvColumns } from '../feeds/csv-columns.js';
import type { Feed } from '../feeds/feed.js';
import { type CsvRecord, CsvScanner } from '../scanning/csv-scanner.js';
import { LineScanner } from '../scanning/line-scanner.js';
import type { RawRecord } from '../scanning/raw-record.js';
import { RecordScanner } from '../scanning/record-scanner.js';
import { CsvCheck } from './csv-check.js';
import { RecordCheck } from './record-check.js';
import type { CheckedRecord } from './record-fault.js';
import { RecordReader, type ReadRecord } from './record-reader.js';
import type { TimeCheck } from './time-check.js';

/** What reads the documents of one feed: finds their records, and checks each. */
export interface DocumentFormat<Raw extends RawRecord> {
  readonly scanner: {
    /** Records that end in this chunk, the next of the document. */
    push(chunk: Buffer): readonly (Raw | ReadRecord)[];
    /** Those that the end of the document ends; one that is no array is the document itself. */
    end(): readonly Raw[] | Raw | undefined;
  };
  readonly check: { check(raw: Raw): CheckedRecord };
}

/** JSON documents, and records of JSON a line. */
export function jsonFormat(feed: Feed, times: TimeCheck): DocumentFormat<RawRecord> {
  const check = new RecordCheck(feed, times);
  if (feed.format === 'ndjson') return { scanner: new LineScanner(feed.budgets.bytes), check };
  // What a table of its own takes is looked at row by row, with the record's bytes at hand.
  if (typeof feed.target !== 'string') return { scanner: new RecordScanner(feed.records, feed.budgets.bytes), check };
  const reader = RecordReader.for(feed, (value) => {
    const row = feed.toRow(value);
    // Where it stands in the file is known to the check alone.
    return times.judge(row) === 'within' ? row : undefined;
  });
  return { scanner: new RecordScanner(feed.records, feed.budgets.bytes, reader), check };
}

export function csvFormat(feed: Feed, times: TimeCheck) {
  const { delimiter, budgets, record } = feed;
  const { required } = csvColumns(record);
  const scanner = new CsvScanner({ delimiter, required, budgets });
  return { scanner, check: new CsvCheck(feed, times) } satisfies DocumentFormat<CsvRecord>;
}
