import { setTimeout as delay } from 'node:timers/promises';
import { StandaloneError } from './standalone.errors.js';

const DEADLINE_MS = 30_000;
const POLL_MS = 50;

/** Waits until the API says that it, the database and the queue serve. @throws StandaloneError MR_PROCESS_NOT_STARTED */
export async function waitUntilHealthy(url: string): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  let answer = 'no answer';
  while (Date.now() < end) {
    try {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(DEADLINE_MS) });
      if (response.ok) return;
      answer = await response.text();
    } catch (error) {
      answer = error instanceof Error ? error.message : String(error);
    }
    await delay(POLL_MS);
  }
  throw new StandaloneError(
    'MR_PROCESS_NOT_STARTED',
    `The API did not become ready within ${DEADLINE_MS / 1_000} s; ${url}/health/ready says: ${answer}`,
  );
}
