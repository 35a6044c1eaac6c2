import { StoreRefusedError } from '@millrace/runs';
import { DatabaseError } from 'pg';
import { isBadData } from '../sql-state.js';
import { untilAnswered } from '../until-answered.js';

/**
 * Sends what a call of an execution asks until the server answers it.
 * @throws StoreRefusedError what is refused for no fault of its data: a relation or a right is missing, say
 */
export async function untilTaken<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await untilAnswered(send);
  } catch (error) {
    throw error instanceof DatabaseError && !isBadData(error) ? new StoreRefusedError(error) : error;
  }
}
