import type { RefusalCode } from '../scanning/document.errors.js';
import type { Feed } from '../feeds/feed.js';
import { onceFor } from '../feeds/once-for.js';
import { findFault, hasReservedKey, mayRound } from './json-fault.js';
import { indexOfValue } from '../scanning/json-parts.js';
import type { RawRecord } from '../scanning/raw-record.js';
import { type CheckedRecord, type Fault, rejected, rowFault, schemaFault } from './record-fault.js';
import { countKeys, shapeOf } from './record-shape.js';
import type { TimeCheck } from './time-check.js';
import { naiveTimes } from '../feeds/timestamp.js';

const shapeOfRecords = onceFor(shapeOf);

/**
 * Checks the records of one feed. JSON.parse is silent about keys that come twice and numbers that it rounds; the number
 * of keys tells cheaply whether a record needs the slow look that finds them.
 */
export class RecordCheck {
  private readonly shape;

  constructor(
    private readonly feed: Feed,
    private readonly times: TimeCheck,
  ) {
    this.shape = shapeOfRecords(feed.record);
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
    if (!checked.success) return rejected(raw, placed(raw, schemaFault(checked.error.issues)));
    const row = this.feed.toRow(checked.data);
    const naive = naiveTimes.count > before;
    const misfit = rowFault(this.feed, row, parsed.value as object) ?? this.times.faultOf(row, checked.data);
    if (misfit) return rejected(raw, placed(raw, misfit));
    return { row, expired: this.times.judge(row) === 'expired', naive, extra: raw.members > known };
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

function placed({ bytes }: RawRecord, fault: Omit<Fault, 'at'>): Fault {
  return { ...fault, at: indexOfValue(bytes, fault.path) };
}
