import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-bytes.js';
import type { RawRecord } from './raw-record.js';

/** The members and the depth of one JSON value, as the scanner of records counts them in passing. */
export function measureJson(bytes: Buffer): Pick<RawRecord, 'members' | 'depth'> {
  let [members, depth, open] = [0, 0, 0];
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth = Math.max(depth, (open += 1));
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open -= 1;
    else if (byte === COLON) members += 1;
  }
  return { members, depth };
}
