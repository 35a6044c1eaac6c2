import { DatabaseError } from 'pg';
import type { Transaction } from '../database.js';

/** A key is there already. */
export const UNIQUE_VIOLATION = '23505';
/** Two loads at once bring the same keys, each in an order of its own. */
export const DEADLOCK = '40P01';

/**
 * Writes rows straight into their table, as if none of their keys were there; when one is, takes that back and lets them go the
 * other way (F3). The optimistic way costs a savepoint.
 * @param refusal SQLSTATE at which they go the other way
 */
export async function writeDirectly<T>(
  transaction: Transaction,
  direct: () => Promise<T>,
  otherwise: () => Promise<T>,
  refusal = UNIQUE_VIOLATION,
): Promise<T> {
  await transaction.query('SAVEPOINT direct_write');
  try {
    const written = await direct();
    await transaction.query('RELEASE SAVEPOINT direct_write');
    return written;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== refusal) throw error;
    await transaction.query('ROLLBACK TO SAVEPOINT direct_write');
    // One around it has the same name.
    await transaction.query('RELEASE SAVEPOINT direct_write');
    return otherwise();
  }
}
