import type { Feed } from '../feeds/feed.js';
import { FileRefusedError } from '../scanning/document.errors.js';
import { measureJson } from '../scanning/json-measure.js';
import type { RawRecord } from '../scanning/raw-record.js';
import { csvFormat } from './document-format.js';
import { RecordCheck } from './record-check.js';
import type { CheckedRecord } from './record-fault.js';
import { type Reject, toReject } from './reject.js';
import { TimeCheck } from './time-check.js';

/**
 * Checks a record that stands alone as its feed checks it within a file; places are counted from its own first byte. A row
 * of CSV stands alone with its header before it: without, nobody knows what its fields are.
 */
export function checkLoneRecord(feed: Feed, index: number, bytes: Buffer): CheckedRecord {
  const raw = { index, offset: 0, line: 1, path: [], bytes, ...measureJson(bytes) } as const;
  const most = feed.budgets.bytes;
  if (bytes.length > most) {
    return refused(raw, 'MR_RECORD_TOO_LARGE', `Record ${String(index)} is longer than ${String(most)} bytes.`);
  }
  return feed.format === 'csv' ? checkLoneRow(feed, raw) : new RecordCheck(feed, new TimeCheck(feed)).check(raw);
}

function checkLoneRow(feed: Feed, raw: RawRecord): CheckedRecord {
  const { scanner, check } = csvFormat(feed, new TimeCheck(feed));
  try {
    const rows = [...scanner.push(raw.bytes), ...scanner.end()];
    const [row] = rows;
    if (row && rows.length === 1) return check.check({ ...row, index: raw.index, path: [] });
    const message = `Record ${String(raw.index)} is one row, and ${String(rows.length)} follow the header. Write the header, and the row below.`;
    return refused(raw, 'MR_RECORD_INVALID', message);
  } catch (error) {
    if (error instanceof FileRefusedError) return refused(raw, error.code, error.message);
    throw error;
  }
}

function refused(raw: RawRecord, code: Reject['code'], message: string): CheckedRecord {
  const { offset, line } = raw;
  return { reject: toReject(raw, { code, pointer: '', message }), fault: { offset, line } };
}
