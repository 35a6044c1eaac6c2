import { z } from 'zod';

const RFC_3339 =
  /^(?<date>(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2}))[Tt ](?<time>(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2}))(?<fraction>\.\d+)?(?<zone>[Zz]|(?<sign>[+-])(?<zoneHour>\d{2}):(?<zoneMinute>\d{2}))?$/;

/** PostgreSQL's own limit is 15:59; no place on Earth is further than 14:00. */
const MAX_ZONE_HOUR = 15;

/**
 * The text of an exact time, normalised for PostgreSQL's `timestamptz`: `2022-06-05 21:02:34.546123+00:00`.
 * RFC 3339; a time without an offset is UTC; digits beyond the microsecond are cut off. Never goes through `Date`,
 * which turns 30 February into 2 March and drops microseconds. Undefined when the text is no such time: words that
 * PostgreSQL understands (`now`, `infinity`), leap seconds and the year 0000 included.
 */
export function parseTimestamp(text: string): string | undefined {
  const parts = RFC_3339.exec(text)?.groups;
  if (!parts) return undefined;
  const { date = '', time = '', fraction = '', zone } = parts;
  const [year, month, day] = [Number(parts['year']), Number(parts['month']), Number(parts['day'])];
  const real =
    year >= 1 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    Number(parts['hour']) <= 23 &&
    Number(parts['minute']) <= 59 &&
    Number(parts['second']) <= 59 &&
    Number(parts['zoneHour'] ?? 0) <= MAX_ZONE_HOUR &&
    Number(parts['zoneMinute'] ?? 0) <= 59;
  if (!real) return undefined;
  const offset = zone === undefined || /^z$/i.test(zone) ? '+00:00' : zone;
  return `${date} ${time}${fraction.slice(0, 7)}${offset}`;
}

/** A record's field that holds an exact time; gives the text that PostgreSQL takes. */
export const timestamp = z.string().transform((text, ctx) => {
  const exact = parseTimestamp(text);
  if (exact !== undefined) return exact;
  ctx.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text.slice(0, 64))} is no RFC 3339 time. Write it like "2022-06-05T21:02:34.546Z".`,
  });
  return z.NEVER;
});

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
