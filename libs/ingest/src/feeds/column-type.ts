import { daysInMonth, parseTimestamp } from './timestamp.js';

/** What the columns of a table take. */
interface ColumnValues {
  text: string;
  /** Of 32 bits. */
  integer: number;
  /** Of 64 bits; a number only as far as it is exact, to 2 ** 53. */
  bigint: number | bigint;
  double: number;
  boolean: boolean;
  /** `2026-11-28`. */
  date: string;
  /** As `timestamp` gives it. */
  timestamptz: string;
  /** Whatever JSON.stringify takes. */
  jsonb: unknown;
}

export type ColumnType = keyof ColumnValues;

/** The value that a column of this type takes. */
export type ColumnValue<Type extends ColumnType> = ColumnValues[Type];

interface TypeRule {
  /** What it takes, as the end of a sentence. */
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** PostgreSQL keeps neither U+0000 nor half of a surrogate pair. */
const isStorable = (text: string) => !/[\u0000\p{Surrogate}]/u.test(text);

/** Each type with what it takes: what a rule lets pass, PostgreSQL takes. */
export const COLUMN_TYPES: { readonly [Type in ColumnType]: TypeRule } = {
  text: {
    takes: 'a text without U+0000 and halves of surrogate pairs',
    fits: (value) => typeof value === 'string' && isStorable(value),
  },
  integer: { takes: 'an integer of 32 bits', fits: (value) => typeof value === 'number' && value === (value | 0) },
  bigint: {
    takes: 'a bigint of 64 bits, or a number that is a safe integer',
    fits: (value) =>
      typeof value === 'bigint' ? value >= INT64.min && value <= INT64.max : Number.isSafeInteger(value),
  },
  double: { takes: 'a finite number', fits: Number.isFinite },
  boolean: { takes: 'true or false', fits: (value) => typeof value === 'boolean' },
  date: { takes: 'a date like "2026-11-28"', fits: (value) => typeof value === 'string' && isDate(value) },
  timestamptz: {
    takes: 'what `timestamp` gives',
    fits: (value) => typeof value === 'string' && parseTimestamp(value) === value,
  },
  jsonb: { takes: 'what JSON.stringify takes, without U+0000 and halves of surrogate pairs', fits: isJson },
};

function isDate(text: string): boolean {
  const parts = DATE.exec(text);
  const [year, month, day] = [Number(parts?.[1]), Number(parts?.[2]), Number(parts?.[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** JSON.stringify writes U+0000 and lone surrogates as escapes, which jsonb does not take. */
function isJson(value: unknown): boolean {
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' && !/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/.test(text);
}
