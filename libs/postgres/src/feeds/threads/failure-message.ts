import { DatabaseError } from 'pg';

/**
 * What a thread failed with on its way between threads, which keep no classes of errors. What PostgreSQL and the system say by
 * a code is said by it on the other side too: whether a load is tried again, or its file refused, hangs on it.
 */
export interface FailureMessage {
  readonly message: string;
  /** Of the system's errors, and of our own: `ECONNRESET`, say. */
  readonly code: string | undefined;
  /** All that PostgreSQL has said, where it was that. */
  readonly ofDatabase: Readonly<Partial<DatabaseError>> | undefined;
}

export function toFailureMessage(error: unknown): FailureMessage {
  if (error instanceof DatabaseError) return { message: error.message, code: undefined, ofDatabase: { ...error } };
  if (!(error instanceof Error)) return { message: String(error), code: undefined, ofDatabase: undefined };
  const { code } = error as { code?: unknown };
  return {
    message: error.stack ?? error.message,
    code: typeof code === 'string' ? code : undefined,
    ofDatabase: undefined,
  };
}

export function toFailure({ message, code, ofDatabase }: FailureMessage): Error {
  if (ofDatabase) return Object.assign(new DatabaseError(message, ofDatabase.length ?? 0, 'error'), ofDatabase);
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}
