import { csvColumns } from '../feeds/csv-columns.js';
import type { Feed } from '../feeds/feed.js';
import { naiveTimes } from '../feeds/timestamp.js';
import { fieldStarts, misplacedAt } from '../scanning/csv-quotes.js';
import type { CsvHeader } from '../scanning/csv-header.js';
import type { CsvRecord } from '../scanning/csv-scanner.js';
import { type CheckedRecord, type Fault, rejected, rowFault, schemaFault } from './record-fault.js';
import type { TimeCheck } from './time-check.js';

/** Checks the records of one CSV feed: a record is an object of texts, by the names of its columns. */
export class CsvCheck {
  private readonly known: ReadonlySet<string>;
  /** The header looked at last, and whether it names columns that the schema does not know. */
  private seen: { readonly header: CsvHeader; readonly extra: boolean } = { header: [], extra: false };

  constructor(
    private readonly feed: Feed,
    private readonly times: TimeCheck,
  ) {
    this.known = new Set(csvColumns(feed.record).known);
  }

  check(raw: CsvRecord): CheckedRecord {
    const { fields, header } = raw;
    if (fields === undefined) return rejected(raw, this.misplacement(raw));
    const uneven = this.unevenness(raw, fields) ?? this.overBudget(raw, fields);
    if (uneven) return rejected(raw, uneven);
    const record: Record<string, string> = {};
    for (let index = 0; index < header.length; index++) record[header[index] as string] = fields[index] as string;
    const before = naiveTimes.count;
    const checked = this.feed.record.safeParse(record);
    if (!checked.success) return rejected(raw, this.placed(raw, schemaFault(checked.error.issues)));
    const row = this.feed.toRow(checked.data);
    const naive = naiveTimes.count > before;
    const misfit = rowFault(this.feed, row, record) ?? this.times.faultOf(row, checked.data);
    if (misfit) return rejected(raw, this.placed(raw, misfit));
    return { row, expired: this.times.judge(row) === 'expired', naive, extra: this.hasExtra(header) };
  }

  private misplacement({ bytes, header }: CsvRecord): Fault {
    const { delimiter } = this.feed;
    const at = Math.max(0, misplacedAt(bytes, delimiter));
    const field = fieldStarts(bytes, delimiter).findLastIndex((start) => start <= at);
    const message = 'has a quote in the middle of a field, or something behind a closing one';
    return { code: 'MR_QUOTE_MISPLACED', path: header.slice(field, field + 1), at, message };
  }

  private unevenness(raw: CsvRecord, fields: readonly string[]): Fault | undefined {
    const { header } = raw;
    if (fields.length === header.length) return undefined;
    const message = `has ${String(fields.length)} fields, and the header ${String(header.length)}`;
    // At the first column without a field, or at the first field without a column.
    const path = header.slice(fields.length, fields.length + 1);
    const at = path.length > 0 ? raw.bytes.length : this.startOf(raw, header.length);
    return { code: 'MR_FIELD_COUNT', path, at, message };
  }

  private overBudget(raw: CsvRecord, fields: readonly string[]): Fault | undefined {
    const { textLength } = this.feed.budgets;
    const index = fields.findIndex((field) => field.length > textLength);
    if (index < 0) return undefined;
    const message = `has a text longer than ${String(textLength)}`;
    return {
      code: 'MR_TEXT_TOO_LONG',
      path: raw.header.slice(index, index + 1),
      at: this.startOf(raw, index),
      message,
    };
  }

  private placed(raw: CsvRecord, fault: Omit<Fault, 'at'>): Fault {
    const index = raw.header.indexOf(String(fault.path[0]));
    return { ...fault, at: index < 0 ? 0 : this.startOf(raw, index) };
  }

  private startOf({ bytes }: CsvRecord, field: number): number {
    return fieldStarts(bytes, this.feed.delimiter)[field] ?? 0;
  }

  private hasExtra(header: CsvHeader): boolean {
    if (this.seen.header !== header) this.seen = { header, extra: header.some((name) => !this.known.has(name)) };
    return this.seen.extra;
  }
}
