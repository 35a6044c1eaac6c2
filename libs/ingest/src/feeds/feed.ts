import { toMilliseconds, type Duration } from '@millrace/sdk';
import type { z } from 'zod';
import { type AcceptedTimes, type CompleteAcceptedTimes, completeAcceptedTimes } from './accepted-times.js';
import { csvColumns } from './csv-columns.js';
import { assertFeed } from './feed-check.js';
import { fileNamePattern } from './file-name-pattern.js';
import { completeBudgets, type RecordBudgets } from './record-budgets.js';
import { parseRecordsPath, type RecordsPath } from './records-path.js';
import { completePolicy, type RejectPolicy } from './reject-policy.js';
import type { FeedRow, RowOf, RowTarget } from './row-target.js';

/** How the records stand in a file. */
export type FeedFormat = 'json' | 'ndjson' | 'csv';

/** What `defineFeed` takes. */
export interface FeedDefinition<Id extends string, RecordSchema extends z.ZodType, Target extends RowTarget> {
  /** Lower-case words joined by hyphens, 1 to 100 characters: `objects-detection`. */
  id: Id;
  /** One sentence for the catalogue. */
  description?: string;
  /** Which names it takes; `[timestamp]` stands for a time: `objects_detection_[timestamp].json`. */
  fileName: string;
  /**
   * `json`: one document; `ndjson`: a record a line; `csv`: RFC 4180, whose first record names the columns, each record an object of
   * texts by these names. The last two have no end of their own.
   * @default 'json'
   */
  format?: FeedFormat;
  /** Of `csv`: what stands between two fields, one character of ASCII. @default ',' */
  delimiter?: string;
  /** JSON pointer of the array of records in the document; `''` when the document is the array. @default '' */
  records?: string;
  /** Checks one record. Its times go through `timestamp`, so that they stay exact. */
  record: RecordSchema;
  /** Where its rows go: a public view over built-in tables, or a table of its own (`defineTable`). */
  target: Target;
  /** One row of the target from one checked record. */
  toRow(record: z.output<RecordSchema>): RowOf<Target>;
  /** How long a file that does not end its document is waited for. @default '10s' */
  quietPeriod?: Duration;
  /** How many bad records a file may have. @default 10,000 are set aside, the rest loads */
  rejects?: RejectPolicy;
  /** What one record may take. */
  budgets?: RecordBudgets;
  /** Which times its records may have. @default any past, and the future up to a day ahead */
  accepts?: AcceptedTimes;
}

/** A kind of arriving file. */
export interface Feed {
  readonly id: string;
  readonly description: string;
  /** As it was declared. */
  readonly fileName: string;
  readonly format: FeedFormat;
  /** Of CSV. */
  readonly delimiter: string;
  readonly records: RecordsPath;
  readonly record: z.ZodType;
  readonly target: RowTarget;
  readonly quietPeriodMs: number;
  readonly rejects: Required<RejectPolicy>;
  readonly budgets: Required<RecordBudgets>;
  readonly accepts: CompleteAcceptedTimes;
  matches(name: string): boolean;
  /** The target's row of a record that `record` gave. */
  toRow(record: unknown): FeedRow;
}

const FEED = Symbol.for('millrace.feed');
const DELIMITER = /^[\t\x20!\x23-\x7e]$/;

/**
 * Declares a kind of arriving file. Export it from a file in `TASKS` and its files are loaded.
 * @throws TypeError when an option is none, malformed or unfit, RangeError when a number in the policy, the budgets or the accepted times is
 */
export function defineFeed<Id extends string, RecordSchema extends z.ZodType, Target extends RowTarget>(
  definition: FeedDefinition<Id, RecordSchema, Target>,
): Feed {
  assertFeed(definition);
  const {
    id,
    description = '',
    fileName,
    format = 'json',
    delimiter = ',',
    records = '',
    record,
    target,
    quietPeriod = '10s',
  } = definition;
  if (format !== 'json' && records !== '') {
    throw new TypeError(`Feed "${id}" has a record a line, and so no path of records: leave out "records".`);
  }
  if (format === 'csv') csvColumns(record);
  else if (delimiter !== ',') throw new TypeError(`Feed "${id}" is no CSV, and so has no delimiter: leave it out.`);
  if (!DELIMITER.test(delimiter)) {
    throw new TypeError(
      `${JSON.stringify(delimiter)} is no delimiter for feed "${id}". Give one character of ASCII that is no quote and ends no line: ";".`,
    );
  }
  const pattern = fileNamePattern(fileName);
  const feed = {
    id,
    description,
    fileName,
    format,
    delimiter,
    records: parseRecordsPath(records),
    record,
    target,
    quietPeriodMs: toMilliseconds(quietPeriod),
    rejects: completePolicy(definition.rejects),
    budgets: completeBudgets(definition.budgets),
    accepts: completeAcceptedTimes(definition.accepts),
    matches: (name: string) => pattern.test(name),
    toRow: (checked: unknown) => definition.toRow(checked as z.output<RecordSchema>) as FeedRow,
    [FEED]: true,
  };
  return Object.freeze(feed);
}

/** Whether a value came from `defineFeed`, of this copy of the library or another. */
export function isFeed(value: unknown): value is Feed {
  return typeof value === 'object' && value !== null && FEED in value;
}
