import { DatabaseError } from 'pg';

const INSUFFICIENT_PRIVILEGE = '42501';

/** The role of `DATABASE_URL` may not do to a table what was asked for. */
class DatabaseRightError extends Error {
  readonly code = 'MR_DATABASE_RIGHT_MISSING';
  override readonly name = 'DatabaseRightError';
  constructor(cause: DatabaseError) {
    super(
      `PostgreSQL refuses this to the role of DATABASE_URL: ${cause.message}. Let the owner GRANT it, or give DATABASE_URL a role that has the right, and try again.`,
      { cause },
    );
  }
}

/** What to throw in place of an error: one that says which right is missing, where that is what it is. */
export function explained(error: unknown): unknown {
  return error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE
    ? new DatabaseRightError(error)
    : error;
}
