import { DatabaseError } from 'pg';

/** The server undid the transaction to end a deadlock or a serialization conflict: the same statement can be sent again. */
export function isConflict(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40P01' || error.code === '40001');
}

/** The statement carried data the server refuses (class 22 data exception, class 23 constraint violation). */
export function isBadData(error: unknown): boolean {
  return (
    error instanceof DatabaseError && (error.code?.startsWith('22') === true || error.code?.startsWith('23') === true)
  );
}

const CONNECTION_LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * The server went away, or is starting or stopping; whether the statement was committed is unknown. Class 08, 57P01-57P03,
 * 53300 (https://www.postgresql.org/docs/current/errcodes-appendix.html), a socket error, or pg's own errors, which carry no code.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isConnectionLoss);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined) return /connection terminated|client has encountered a connection error/i.test(error.message);
  return CONNECTION_LOST.has(code) || /^(08...|57P0[123]|53300)$/.test(code);
}
