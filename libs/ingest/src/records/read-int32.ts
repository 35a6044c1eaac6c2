import { UNSURE, type ByteCursor } from './byte-cursor.js';
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, isDigit, isSpace, MINUS } from '../scanning/json-bytes.js';

const MAX_DIGITS = 10;
const ZERO = 0x30;

/** Reads digits and a sign alone: with a fraction or an exponent a number may be whole too, which JSON.parse finds out. */
export function readInt32(cursor: ByteCursor): number | typeof UNSURE {
  const { bytes } = cursor;
  const limit = bytes.length;
  const negative = cursor.at < limit && bytes[cursor.at] === MINUS;
  const first = negative ? cursor.at + 1 : cursor.at;
  let at = first;
  let value = 0;
  let byte = 0;
  for (; at < limit && isDigit((byte = bytes[at] ?? 0)); at++) value = value * 10 + byte - ZERO;
  const digits = at - first;
  const plain = digits === 1 ? !(negative && value === 0) : digits > 1 && bytes[first] !== ZERO;
  if (!plain || digits > MAX_DIGITS || at === limit || !endsNumber(byte)) return UNSURE;
  const signed = negative ? -value : value;
  if (signed !== (signed | 0)) return UNSURE;
  cursor.at = at;
  return signed;
}

function endsNumber(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte);
}
