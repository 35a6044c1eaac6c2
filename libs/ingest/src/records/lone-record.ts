import type { Feed } from '../feeds/feed.js';
import { measureJson } from '../scanning/json-measure.js';
import { type CheckedRecord, RecordCheck } from './record-check.js';
import { toReject } from './reject.js';

/** Checks a record that stands alone as its feed checks it within a file; places are counted from its own first byte. */
export function checkLoneRecord(feed: Feed, index: number, bytes: Buffer): CheckedRecord {
  const raw = { index, offset: 0, line: 1, path: [], bytes, ...measureJson(bytes) } as const;
  const most = feed.budgets.bytes;
  if (bytes.length <= most) return new RecordCheck(feed).check(raw);
  const message = `Record ${String(index)} is longer than ${String(most)} bytes.`;
  return { reject: toReject(raw, { code: 'MR_RECORD_TOO_LARGE', pointer: '', message }) };
}
