import { z } from 'zod';
import { declareReadable } from './readable-shape.js';

/** Date, its year, month, day; time, its hour, minute, second; fraction; zone, its hour, minute. Unnamed, which is twice as fast. */
const RFC_3339 = /^((\d{4})-(\d{2})-(\d{2}))[Tt ]((\d{2}):(\d{2}):(\d{2}))(\.\d+)?([Zz]|[+-](\d{2}):(\d{2}))?$/;

/** PostgreSQL's own limit is 15:59; no place on Earth is further than 14:00. */
export const MAX_ZONE_HOUR = 15;

/**
 * How many times without a zone were read in this thread. A check of a record is one turn: compared before and after, it
 * tells of that record.
 */
export const naiveTimes = { count: 0 };

/**
 * The text of an exact time, normalised for PostgreSQL's `timestamptz`: `2022-06-05 21:02:34.546123+00:00`.
 * RFC 3339; a time without an offset is UTC, and counted in `naiveTimes`; digits beyond the microsecond are cut off. Never goes through `Date`,
 * which turns 30 February into 2 March and drops microseconds. Undefined when the text is no such time: words that
 * PostgreSQL understands (`now`, `infinity`), leap seconds and the year 0000 included.
 */
export function parseTimestamp(text: string): string | undefined {
  const parts = RFC_3339.exec(text);
  if (!parts) return undefined;
  const [, date = '', , , , time = '', , , , fraction = '', zone] = parts;
  const [year, month, day] = [Number(parts[2]), Number(parts[3]), Number(parts[4])];
  const real =
    year >= 1 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    Number(parts[6]) <= 23 &&
    Number(parts[7]) <= 59 &&
    Number(parts[8]) <= 59 &&
    Number(parts[11] ?? 0) <= MAX_ZONE_HOUR &&
    Number(parts[12] ?? 0) <= 59;
  if (!real) return undefined;
  if (zone === undefined) naiveTimes.count += 1;
  const offset = zone === undefined || /^z$/i.test(zone) ? '+00:00' : zone;
  return `${date} ${time}${fraction.slice(0, 7)}${offset}`;
}

/** A record's field that holds an exact time; gives the text that PostgreSQL takes. */
export const timestamp = declareReadable(
  z.string().transform((text, ctx) => {
    const exact = parseTimestamp(text);
    if (exact !== undefined) return exact;
    ctx.addIssue({
      code: 'custom',
      message: `${JSON.stringify(text.slice(0, 64))} is no RFC 3339 time. Write it like "2022-06-05T21:02:34.546Z".`,
    });
    return z.NEVER;
  }),
  { kind: 'time' },
);

export function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
