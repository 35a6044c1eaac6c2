import { DatabaseError } from 'pg';

/** The server undid the transaction to end a deadlock or a serialization conflict: the same statement can be sent again. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40P01' || error.code === '40001');
}

/** The data is refused: class 22 (data exception), 23 (constraint violation) or 54 (program limit, as JSON nested too deep). */
export function isBadData(error: unknown): boolean {
  return error instanceof DatabaseError && /^(22|23|54)/.test(error.code ?? '');
}

/**
 * Whether the same statement may well succeed later: the server is away, starting, stopping, read-only after a failover,
 * out of something, or was told to cancel it; or the connection broke, and whether it was committed is unknown.
 * (Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html.)
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseError) return /^(08|25006|40|53|55|57|58)/.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  // A socket's error has a code of the operating system; pg's own have none, only these words.
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return /^E[A-Z]+$|^EAI_AGAIN$/.test(code);
  return /connection terminated|connection error|not queryable|timeout exceeded|timeout expired/i.test(error.message);
}
