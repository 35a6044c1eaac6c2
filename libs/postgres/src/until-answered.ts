import { setTimeout as delay } from 'node:timers/promises';
import { isConflict, isPassing } from './sql-state.js';

const PAUSES_MS = [50, 100, 250, 500, 1_000];

/**
 * Sends a statement until the server answers it: again at once after a deadlock, and again and again while the server
 * cannot. `again` says that an earlier try may have been committed, which the statement must know by itself.
 * @param patienceMs milliseconds after which the error is given up to the caller; without end by default
 */
export async function untilAnswered<T>(send: (again: boolean) => Promise<T>, patienceMs = Infinity): Promise<T> {
  const started = performance.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return await send(tries > 0);
    } catch (error) {
      if (isConflict(error)) continue;
      if (!isPassing(error) || performance.now() - started > patienceMs) throw error;
      await delay(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
    }
  }
}
