import { UNSURE, type ByteCursor } from './byte-cursor.js';
import { COLON, DOT, isDigit, MINUS, PLUS, QUOTE, SPACE } from '../scanning/json-bytes.js';
import { daysInMonth, MAX_ZONE_HOUR } from '../feeds/timestamp.js';

const UPPER_T = 0x54;
const UPPER_Z = 0x5a;
const ZERO = 0x30;
/** A fraction has so many digits at most: more are cut off, which the slow way does. */
const MAX_FRACTION = 6;
const UTC = Buffer.from('+00:00');

/** The text in the making: date, space, time, fraction, zone. */
const text = Buffer.alloc(10 + 1 + 8 + 1 + MAX_FRACTION + UTC.length);

/** Reads an exact time with a zone, written as `2022-06-05T21:02:34.546123Z`; gives what `parseTimestamp` gives. */
export function readTime(cursor: ByteCursor): string | typeof UNSURE {
  const { bytes } = cursor;
  const start = cursor.at + 1;
  if (bytes[cursor.at] !== QUOTE || !isDateAndTime(bytes, start)) return UNSURE;
  for (let index = 0; index < 19; index++) text[index] = bytes[start + index] ?? 0;
  text[10] = SPACE;
  let at = start + 19;
  let length = 19;
  if (bytes[at] === DOT) {
    const first = at + 1;
    do {
      text[length++] = bytes[at++] ?? 0;
    } while (isDigit(bytes[at] ?? 0) && at - first <= MAX_FRACTION);
    if (at === first || at - first > MAX_FRACTION) return UNSURE;
  }
  const zone = passZone(bytes, at, length);
  if (zone === 0 || bytes[at + zone] !== QUOTE) return UNSURE;
  cursor.at = at + zone + 1;
  return text.toString('latin1', 0, length + UTC.length);
}

/** Writes the zone that stands here behind the text; gives its bytes, 0 when there is none. */
function passZone(bytes: Buffer, at: number, length: number): number {
  const sign = bytes[at];
  if (sign === UPPER_Z) {
    UTC.copy(text, length);
    return 1;
  }
  if (sign !== PLUS && sign !== MINUS) return 0;
  if (bytes[at + 3] !== COLON || !(twoDigits(bytes, at + 1) <= MAX_ZONE_HOUR) || !(twoDigits(bytes, at + 4) <= 59))
    return 0;
  bytes.copy(text, length, at, at + UTC.length);
  return UTC.length;
}

function isDateAndTime(bytes: Buffer, start: number): boolean {
  const punctuated =
    bytes[start + 4] === MINUS &&
    bytes[start + 7] === MINUS &&
    bytes[start + 10] === UPPER_T &&
    bytes[start + 13] === COLON &&
    bytes[start + 16] === COLON;
  if (!punctuated) return false;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  return (
    year >= 1 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month) &&
    twoDigits(bytes, start + 11) <= 23 &&
    twoDigits(bytes, start + 14) <= 59 &&
    twoDigits(bytes, start + 17) <= 59
  );
}

/** NaN when there are no two digits: every comparison with it fails. */
function twoDigits(bytes: Buffer, at: number): number {
  const [tens = 0, ones = 0] = [bytes[at], bytes[at + 1]];
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : NaN;
}
