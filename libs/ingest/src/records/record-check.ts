import type { z } from 'zod';
import type { RefusalCode } from '../scanning/document.errors.js';
import type { Feed } from '../feeds/feed.js';
import { NEWLINE } from '../scanning/json-bytes.js';
import { findFault, hasReservedKey, mayRound } from './json-fault.js';
import { indexOfValue } from '../scanning/json-parts.js';
import type { RawRecord } from '../scanning/raw-record.js';
import { countKeys, shapeOf } from './record-shape.js';
import { toPointer } from '../feeds/records-path.js';
import { toReject, type Reject } from './reject.js';
import { type Misfit, misfitIn } from '../feeds/feed-table.js';
import type { FeedRow } from '../feeds/row-target.js';
import { naiveTimes } from '../feeds/timestamp.js';

/** A checked record: the row it gives and what is worth counting of it, or why it gives none. */
export type CheckedRecord =
  | {
      readonly row: FeedRow;
      /** It has a time without a zone. */
      readonly naive: boolean;
      /** It has fields that the schema does not know. */
      readonly extra: boolean;
    }
  | { readonly reject: Reject };

/** What is at fault in a record, and where in its bytes. */
interface Fault {
  readonly code: RefusalCode;
  /** Keys and indexes from the record. */
  readonly path: readonly PropertyKey[];
  /** Index of the byte at fault. */
  readonly at: number;
  /** The end of a sentence that begins with the record. */
  readonly message: string;
}

/**
 * Checks the records of one feed. JSON.parse is silent about keys that come twice and numbers that it rounds; the number
 * of keys tells cheaply whether a record needs the slow look that finds them.
 */
export class RecordCheck {
  private readonly shape;

  constructor(private readonly feed: Feed) {
    this.shape = shapeOf(feed.record);
  }

  check(raw: RawRecord): CheckedRecord {
    const over = this.overBudget(raw);
    if (over) return rejected(raw, over);
    const text = raw.bytes.toString();
    const parsed = parse(text);
    if (!parsed)
      return rejected(raw, this.faultIn(raw) ?? { code: 'MR_JSON_SYNTAX', path: [], at: 0, message: 'is no JSON' });
    const before = naiveTimes.count;
    const checked = this.feed.record.safeParse(parsed.value);
    const known = checked.success ? this.shape.knownKeys(parsed.value) : -1;
    const fault = this.isDoubtful(raw, text, parsed.value, known) ? this.faultIn(raw) : undefined;
    if (fault) return rejected(raw, fault);
    if (!checked.success) return rejected(raw, toFault(raw, checked.error.issues));
    const row = this.feed.toRow(checked.data);
    const naive = naiveTimes.count > before;
    const misfit = typeof this.feed.target === 'string' ? undefined : misfitIn(this.feed.target, row);
    if (misfit) return rejected(raw, toMisfit(raw, misfit, parsed.value));
    return { row, naive, extra: raw.members > known };
  }

  private overBudget({ depth, members }: RawRecord): Fault | undefined {
    const { budgets } = this.feed;
    const over = (code: RefusalCode, message: string): Fault => ({ code, message, at: 0, path: [] });
    if (depth > budgets.depth) return over('MR_RECORD_TOO_DEEP', `is nested deeper than ${String(budgets.depth)}`);
    if (members > budgets.keys) return over('MR_TOO_MANY_KEYS', `has more than ${String(budgets.keys)} keys`);
    return undefined;
  }

  /** As many keys as the schema knows: then none comes twice and none is reserved. */
  private isDoubtful(raw: RawRecord, text: string, value: unknown, known: number): boolean {
    const { shape, feed } = this;
    if (raw.bytes.length > feed.budgets.textLength) return true;
    if (shape.takesFractions && mayRound(text)) return true;
    if (raw.members === known && shape.seenThrough) return false;
    return raw.members !== countKeys(value) || hasReservedKey(value);
  }

  private faultIn(raw: RawRecord): Fault | undefined {
    return findFault(raw.bytes, this.feed.budgets.textLength);
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function toFault({ bytes }: RawRecord, issues: readonly z.core.$ZodIssue[]): Fault {
  const [issue] = issues;
  const path = issue?.path ?? [];
  const others = issues.length > 1 ? ` (and ${String(issues.length - 1)} more)` : '';
  // The sentence goes on with the place.
  const why = (issue?.message ?? 'invalid').replace(/\.$/, '');
  const message = `is not as its feed declares: ${why}${others}`;
  return { code: 'MR_RECORD_INVALID', path, at: indexOfValue(bytes, path), message };
}

/** At the field of the column's name, where there is one. */
function toMisfit({ bytes }: RawRecord, { column, why }: Misfit, value: unknown): Fault {
  const path = typeof value === 'object' && value !== null && Object.hasOwn(value, column) ? [column] : [];
  return { code: 'MR_ROW_UNFIT', path, at: indexOfValue(bytes, path), message: `gives a row that ${why}` };
}

function rejected(raw: RawRecord, { code, path, at, message }: Fault): CheckedRecord {
  const pointer = toPointer([...raw.path, ...path]);
  const line = raw.line + raw.bytes.subarray(0, at).filter((byte) => byte === NEWLINE).length;
  const place = `at ${pointer === '' ? 'the top' : pointer}, byte ${String(raw.offset + at)}, line ${String(line)}`;
  return { reject: toReject(raw, { code, pointer, message: `Record ${String(raw.index)} ${message}, ${place}.` }) };
}
