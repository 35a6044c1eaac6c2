import { ProblemError } from '../problems/problem.errors.js';

const LENGTH = 22;

/** The place after an entry in a listing by id, as text for callers to hand back and not to read: the id's 16 bytes in base64url. */
export function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The id that a cursor stands after. @throws ProblemError MR_QUERY_INVALID when we did not make it */
export function decodeCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (cursor.length !== LENGTH || encodeCursor(id) !== cursor) {
    throw new ProblemError('MR_QUERY_INVALID', 'The cursor is not one that a listing gave. Start without one.', {
      issues: [{ pointer: '/cursor', message: 'Pass `next` of the page before, unchanged' }],
    });
  }
  return id;
}
