import { QueueUnavailableError } from './queue.errors.js';

/**
 * Gives what `work` gives, if it does within `limitMs`. BullMQ waits for a lost backend for ever; whoever asks must not.
 * The work itself is not stopped: an answer that comes late is ignored.
 * @throws QueueUnavailableError when it takes longer or fails
 */
export async function withinTimeLimit<T>(operation: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new QueueUnavailableError(operation, `no answer within ${limitMs} ms`)), limitMs);
  });
  const done = work().catch((error: unknown) => {
    throw new QueueUnavailableError(operation, error instanceof Error ? error.message : String(error), error);
  });
  try {
    return await Promise.race([done, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
