import { FileRefusedError } from '@millrace/ingest';

const ZERO = 0x30;
const MINUS = 0x2d;
const DOT = 0x2e;
const MICROSECONDS = 1_000_000;
const SECONDS_A_DAY = 86_400;
const SECONDS_AN_HOUR = 3_600;
/** Days from 1 March of the year 0 to 1 January 2000, from which PostgreSQL counts. */
const DAYS_TO_2000 = 730_425;
/** Half of the bits of a 32-bit number. */
const HALF = 2 ** 16;

/** The two halves of a 64-bit integer: the high one signed, the low one as its bits. */
export interface Int64 {
  high: number;
  low: number;
}

/** A time, and the hour it lies in. */
interface Instant extends Int64 {
  /** Whole hours since 2000. */
  hour: number;
}

/** The result, one for all calls. */
const result: Instant = { high: 0, low: 0, hour: 0 };

/**
 * A time as PostgreSQL keeps it: microseconds since 2000, of which a double cannot hold all.
 * @param text as `parseTimestamp` gives it: `2022-06-05 21:02:34.546123+00:00`
 * @throws FileRefusedError when it is not: PostgreSQL no longer looks at the text
 */
export function microsecondsSince2000(text: string): Readonly<Instant> {
  const zoneAt = text.length - 6;
  const zone = within(text, zoneAt + 1, 0, 15) * 3_600 + within(text, zoneAt + 4, 0, 59) * 60;
  const seconds =
    dayOf(text) * SECONDS_A_DAY +
    within(text, 11, 0, 23) * 3_600 +
    within(text, 14, 0, 59) * 60 +
    within(text, 17, 0, 59) -
    (text.charCodeAt(zoneAt) === MINUS ? -zone : zone);
  const fraction = zoneAt === 19 ? 0 : fractionOf(text, zoneAt);
  if (Number.isNaN(seconds + fraction)) {
    throw new FileRefusedError('MR_ROWS_REFUSED', `The feed gives "${text}" as a time; give what \`timestamp\` gives.`);
  }
  result.hour = Math.floor(seconds / SECONDS_AN_HOUR);
  return sumOf(seconds, fraction);
}

/** Days since 2000 of `2022-06-05`, or of a time; NaN when there is no such day. */
export function dayOf(text: string): number {
  const year = digits(text, 0, 4);
  const month = within(text, 5, 1, 12);
  const day = within(text, 8, 1, 31);
  const days = daysSince2000(year, month, day);
  // Every month has 28.
  if (day <= 28) return days;
  const next = month === 12 ? daysSince2000(year + 1, 1, 1) : daysSince2000(year, month + 1, 1);
  return days < next ? days : NaN;
}

/** Microseconds; NaN when there are no digits, or too many. */
function fractionOf(text: string, end: number): number {
  const length = end - 20;
  if (text.charCodeAt(19) !== DOT || length < 0 || length > 6) return NaN;
  let fraction = digits(text, 20, length);
  for (let missing = 6 - length; missing > 0; missing--) fraction *= 10;
  return fraction;
}

/** seconds * 1,000,000 + microseconds, through parts of which a double can hold all. */
function sumOf(seconds: number, microseconds: number): Instant {
  const secondsAbove = Math.floor(seconds / HALF);
  const below = (seconds - secondsAbove * HALF) * MICROSECONDS + microseconds;
  const carried = Math.floor(below / HALF);
  const above = secondsAbove * MICROSECONDS + carried;
  result.high = Math.floor(above / HALF);
  result.low = (above - result.high * HALF) * HALF + (below - carried * HALF);
  return result;
}

/** In the calendar that begins its years in March, so that a leap day is the last of its year. */
function daysSince2000(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return years * 365 + leapDays + Math.floor((153 * months + 2) / 5) + day - 1 - DAYS_TO_2000;
}

/** A number of two digits; NaN when it is none, or out of its range. */
function within(text: string, at: number, least: number, most: number): number {
  const value = digits(text, at, 2);
  return value >= least && value <= most ? value : NaN;
}

/** NaN when a character is no digit. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
