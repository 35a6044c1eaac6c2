import { setTimeout as delay } from 'node:timers/promises';
import { isConflict, isConnectionLoss } from './sql-state.js';

const RECONNECT_DELAYS_MS = [50, 100, 250, 500, 1_000];

/**
 * Sends a statement until the server answers it: again at once after a deadlock, and again and again while the server is
 * away. `again` says that an earlier try may have been committed, which the statement must know by itself.
 */
export async function untilAnswered<T>(send: (again: boolean) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await send(tries > 0);
    } catch (error) {
      if (isConflict(error)) continue;
      if (!isConnectionLoss(error)) throw error;
      await delay(RECONNECT_DELAYS_MS[Math.min(tries, RECONNECT_DELAYS_MS.length - 1)]);
    }
  }
}
