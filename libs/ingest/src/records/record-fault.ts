import type { z } from 'zod';
import type { Feed } from '../feeds/feed.js';
import { type Misfit, misfitIn } from '../feeds/feed-table.js';
import { toPointer } from '../feeds/records-path.js';
import type { FeedRow } from '../feeds/row-target.js';
import type { RefusalCode } from '../scanning/document.errors.js';
import { newlinesIn } from '../scanning/piece-cutter.js';
import type { RawRecord } from '../scanning/raw-record.js';
import { type Reject, toReject } from './reject.js';

/** What is at fault in a record, and where in its bytes. */
export interface Fault {
  readonly code: RefusalCode;
  /** Keys and indexes from the record. */
  readonly path: readonly PropertyKey[];
  /** Index of the byte at fault. */
  readonly at: number;
  /** The end of a sentence that begins with the record. */
  readonly message: string;
}

/** A checked record: the row it gives and what is worth counting of it, or why it gives none. */
export type CheckedRecord =
  | {
      readonly row: FeedRow;
      /** It is older than what is kept. */
      readonly expired: boolean;
      /** It has a time without a zone. */
      readonly naive: boolean;
      /** It has fields that the schema does not know. */
      readonly extra: boolean;
    }
  | {
      readonly reject: Reject;
      /** Where its fault is. */
      readonly fault: { readonly offset: number; readonly line: number };
    };

/** A record that does not give a row. */
export function rejected(raw: RawRecord, { code, path, at, message }: Fault): CheckedRecord {
  const pointer = toPointer([...raw.path, ...path]);
  const line = raw.line + newlinesIn(raw.bytes.subarray(0, at));
  const offset = raw.offset + at;
  const place = `at ${pointer === '' ? 'the top' : pointer}, byte ${String(offset)}, line ${String(line)}`;
  const reject = toReject(raw, { code, pointer, message: `Record ${String(raw.index)} ${message}, ${place}.` });
  return { reject, fault: { offset, line } };
}

/** What a schema finds wrong, but for where its bytes are. */
export function schemaFault(issues: readonly z.core.$ZodIssue[]): Omit<Fault, 'at'> {
  const [issue] = issues;
  const others = issues.length > 1 ? ` (and ${String(issues.length - 1)} more)` : '';
  // The sentence goes on with the place.
  const why = (issue?.message ?? 'invalid').replace(/\.$/, '');
  const message = `is not as its feed declares: ${why}${others}`;
  return { code: 'MR_RECORD_INVALID', path: issue?.path ?? [], message };
}

/** What of a row its table cannot take, but for where the bytes are; undefined when it takes all. */
export function rowFault(
  { target }: Pick<Feed, 'target'>,
  row: FeedRow,
  record: object,
): Omit<Fault, 'at'> | undefined {
  const misfit: Misfit | undefined = typeof target === 'string' ? undefined : misfitIn(target, row);
  if (!misfit) return undefined;
  // The field of the column's name, where there is one.
  const path = Object.hasOwn(record, misfit.column) ? [misfit.column] : [];
  return { code: 'MR_ROW_UNFIT', path, message: `gives a row that ${misfit.why}` };
}
