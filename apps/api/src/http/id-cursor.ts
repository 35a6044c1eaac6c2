import { ProblemError } from '../problems/problem.errors.js';

/** The place after an entry in a listing by id, as text for callers to hand back and not to read: the id's 16 bytes in base64url. */
export function encodeCursor(id: string): string {
  return idToBytes(id).toString('base64url');
}

/** The id that a cursor stands after. @throws ProblemError MR_QUERY_INVALID when we did not make it */
export function decodeCursor(cursor: string): string {
  return bytesToId(cursorBytes(cursor, 16));
}

/** The 16 bytes of a UUID. */
export function idToBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The UUID that 16 bytes are. */
export function bytesToId(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What a cursor holds. @throws ProblemError MR_QUERY_INVALID when it is not so many bytes in base64url */
export function cursorBytes(cursor: string, length: number): Buffer {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== length || bytes.toString('base64url') !== cursor) throw foreignCursor();
  return bytes;
}

/** The refusal of a cursor that the listing did not give. */
export function foreignCursor(): ProblemError {
  return new ProblemError('MR_QUERY_INVALID', 'The cursor is not one that this listing gave. Start without one.', {
    issues: [{ pointer: '/cursor', message: 'Pass `next` of the page before, unchanged, with the same sort' }],
  });
}
