import { DatabaseError } from 'pg';
import type { Transaction } from '../database.js';

const UNIQUE_VIOLATION = '23505';

/**
 * Copies rows straight into their table; when a key of theirs is there already, takes that back and lets them go the other
 * way (F3). The optimistic way costs a savepoint.
 */
export async function copyDirectly<T>(
  transaction: Transaction,
  direct: () => Promise<T>,
  otherwise: () => Promise<T>,
): Promise<T> {
  await transaction.query('SAVEPOINT direct_copy');
  try {
    return await direct();
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
    await transaction.query('ROLLBACK TO SAVEPOINT direct_copy');
    return otherwise();
  }
}
