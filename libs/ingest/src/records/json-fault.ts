import type { RefusalCode } from '../scanning/document.errors.js';
import { BACKSLASH, isDigit, MINUS, QUOTE } from '../scanning/json-bytes.js';
import { jsonParts, type JsonPart } from '../scanning/json-parts.js';

/** What makes a JSON value unfit to be loaded although its schema might take it. */
export interface JsonFault {
  readonly code: RefusalCode;
  /** Index of the byte at fault in the value. */
  readonly at: number;
  /** Keys and indexes from the value to what is at fault. */
  readonly path: readonly PropertyKey[];
  /** What is wrong, as the end of a sentence that begins with the record. */
  readonly message: string;
}

/** Assigned to as a property it would be no field but the prototype. */
const RESERVED_KEY = '__proto__';

/**
 * Where bytes are no JSON; else the first fault that JSON.parse passes over: a key that comes twice, a number that it
 * would round, a text too long.
 */
export function findFault(bytes: Buffer, textLength: number): JsonFault | undefined {
  let first: JsonFault | undefined;
  for (const part of jsonParts(bytes)) {
    const { at, path } = part;
    if (part.kind === 'wrong') return { code: 'MR_JSON_SYNTAX', at, path, message: 'is no JSON' };
    first ??= part.kind === 'key' ? keyFault(part) : valueFault(part, bytes, textLength);
  }
  return first;
}

function keyFault({ at, path, repeated }: JsonPart): JsonFault | undefined {
  if (path.at(-1) === RESERVED_KEY) {
    return { code: 'MR_KEY_RESERVED', at, path, message: `has the key "${RESERVED_KEY}"` };
  }
  return repeated ? { code: 'MR_KEY_TWICE', at, path, message: 'has a key twice' } : undefined;
}

function valueFault({ at, path }: JsonPart, bytes: Buffer, textLength: number): JsonFault | undefined {
  const byte = bytes[at] ?? 0;
  if ((byte === MINUS || isDigit(byte)) && !isExact(numberAt(bytes, at))) {
    const message = 'has a number that a double cannot hold as it is written';
    return { code: 'MR_NUMBER_INEXACT', at, path, message };
  }
  if (byte === QUOTE && bytes.length > textLength && textAt(bytes, at).length > textLength) {
    return { code: 'MR_TEXT_TOO_LONG', at, path, message: `has a text longer than ${String(textLength)}` };
  }
  return undefined;
}

/** Whether an object in a value has the key `__proto__`. */
export function hasReservedKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, RESERVED_KEY) || Object.values(value).some(hasReservedKey);
}

/** Whether JSON.parse gives the number that this text writes: to the digit, not to the nearest double. */
export function isExact(text: string): boolean {
  return decimalOf(text) === decimalOf(String(Number(text)));
}

/** Whether a text may hold a number that JSON.parse rounds. Quick: says yes to some that hold none. */
export function mayRound(text: string): boolean {
  return /(?:^|[:,[\s])-?(?:\d[\d.]{15}|\d[\d.]*[eE])/.test(text);
}

/** Significant digits and the power of ten of the last one: equal for 10, 1e1 and 10.0. */
function decimalOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return whole === '' ? text : '0';
  return `${sign}${significant}e${String(Number(exponent) - fraction.length + digits.length - significant.length)}`;
}

function numberAt(bytes: Buffer, from: number): string {
  let at = from;
  while (at < bytes.length && /[\d.eE+-]/.test(String.fromCharCode(bytes[at] ?? 0))) at += 1;
  return bytes.toString('latin1', from, at);
}

/** The text that begins here, as it is written. */
function textAt(bytes: Buffer, from: number): string {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return bytes.toString('utf8', from + 1, at);
}
