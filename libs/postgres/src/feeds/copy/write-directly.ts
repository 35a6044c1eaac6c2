import { DatabaseError } from 'pg';
import type { Transaction } from '../../database.js';

/** A key is there already. */
export const UNIQUE_VIOLATION = '23505';

/**
 * Writes rows straight into their table, as if none of their keys were there; when one is, takes that back and lets them go the
 * other way (F3). The optimistic way costs a savepoint.
 */
export async function writeDirectly<T>(
  transaction: Transaction,
  direct: () => Promise<T>,
  otherwise: () => Promise<T>,
): Promise<T> {
  await transaction.query('SAVEPOINT direct_write');
  try {
    const written = await direct();
    await transaction.query('RELEASE SAVEPOINT direct_write');
    return written;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
    await transaction.query('ROLLBACK TO SAVEPOINT direct_write');
    return otherwise();
  }
}
