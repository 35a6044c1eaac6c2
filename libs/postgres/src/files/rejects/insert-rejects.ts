import type { Reject } from '@millrace/ingest';
import type { SqlExecutor } from '../../database.js';
import { INSERT_REJECTS } from '../file-ledger.sql.js';

/** Writes a page of the rejects of one file. */
export async function insertRejects(
  executor: SqlExecutor,
  arrivalId: string,
  rejects: readonly Reject[],
): Promise<void> {
  await executor.query(INSERT_REJECTS, [
    arrivalId,
    rejects.map(({ index }) => index),
    rejects.map(({ code }) => code),
    rejects.map(({ message }) => message),
    rejects.map(({ offset }) => offset),
    rejects.map(({ length }) => length),
    rejects.map(({ line }) => line),
    rejects.map(({ pointer }) => pointer),
    rejects.map(({ raw }) => raw),
  ]);
}
