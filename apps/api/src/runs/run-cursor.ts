import type { RunListing, RunPlace } from '@millrace/postgres';
import { bytesToId, cursorBytes, decodeCursor, encodeCursor, foreignCursor, idToBytes } from '../http/id-cursor.js';

const ID_BYTES = 16;
const PLACE_BYTES = 2 * ID_BYTES + 16;
/** The greatest time that a Date holds; no run takes longer. */
const MAX_MS = 8.64e15;

/** A place in a list of runs, as text for callers to hand back: an id, of the longest also what they were measured by. */
export function encodePlace({ id, longest }: RunPlace): string {
  if (longest === undefined) return encodeCursor(id);
  const numbers = Buffer.alloc(16);
  numbers.writeDoubleBE(longest.ms, 0);
  numbers.writeDoubleBE(longest.asOf, 8);
  return Buffer.concat([idToBytes(id), idToBytes(longest.newest), numbers]).toString('base64url');
}

/** @throws ProblemError MR_QUERY_INVALID when a list so sorted did not give it */
export function decodePlace(cursor: string, sort: RunListing['sort']): RunPlace {
  if (sort !== 'duration' && sort !== 'queueTime') return { id: decodeCursor(cursor) };
  const bytes = cursorBytes(cursor, PLACE_BYTES);
  const [ms, asOf] = [bytes.readDoubleBE(2 * ID_BYTES), bytes.readDoubleBE(2 * ID_BYTES + 8)];
  if (!(Math.abs(ms) <= MAX_MS && Math.abs(asOf) <= MAX_MS)) throw foreignCursor();
  const newest = bytesToId(bytes.subarray(ID_BYTES, 2 * ID_BYTES));
  return { id: bytesToId(bytes.subarray(0, ID_BYTES)), longest: { newest, ms, asOf } };
}
