import { UNSURE, type ByteCursor } from './byte-cursor.js';
import { BACKSLASH, QUOTE, SPACE } from '../scanning/json-bytes.js';

/** Places for remembered texts; a power of two. */
const PLACES = 1 << 15;
/** Longer texts hardly repeat. */
const MAX_REMEMBERED_LENGTH = 64;
/** FNV-1a. */
const HASH_START = 0x811c9dc5 | 0;
const HASH_FACTOR = 0x01000193;
const FIRST_BEYOND_ASCII = 0x80;

/** The texts read last, by the hash of their bytes: the same vehicles and types come again and again. */
const remembered = new Array<string>(PLACES).fill('');

/** Reads a text of 1 to `maxLength` characters of ASCII without escapes. */
export function readText(cursor: ByteCursor, maxLength: number): string | typeof UNSURE {
  const { bytes } = cursor;
  const limit = bytes.length;
  if (!(cursor.at < limit) || bytes[cursor.at] !== QUOTE) return UNSURE;
  const start = cursor.at + 1;
  let hash = HASH_START;
  for (let at = start; at < limit; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      const length = at - start;
      if (length < 1 || length > maxLength) return UNSURE;
      cursor.at = at + 1;
      return length > MAX_REMEMBERED_LENGTH ? bytes.toString('latin1', start, at) : textOf(bytes, start, at, hash);
    }
    if (byte < SPACE || byte === BACKSLASH || byte >= FIRST_BEYOND_ASCII) return UNSURE;
    hash = Math.imul(hash ^ byte, HASH_FACTOR);
  }
  return UNSURE;
}

function textOf(bytes: Buffer, start: number, end: number, hash: number): string {
  const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
  const known = remembered[place] as string;
  if (isText(bytes, start, end, known)) return known;
  return (remembered[place] = bytes.toString('latin1', start, end));
}

function isText(bytes: Buffer, start: number, end: number, text: string): boolean {
  const length = end - start;
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}
