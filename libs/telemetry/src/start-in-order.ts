import type { Logger } from './logger.js';
import type { Stop } from './process-lifecycle.js';

/** Begins one thing after the other, and leaves for each what ends it. */
export type StartParts = (stops: Stop[]) => Promise<void>;

/**
 * Starts what consists of several parts; gives what ends them, the last one first. When a part does not start, those before
 * it are ended. A part that does not stop is told of, and holds up none of the others.
 * @throws what a part threw that did not start
 */
export async function startInOrder(start: StartParts, logger: Logger): Promise<Stop> {
  const stops: Stop[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) {
      await undo().catch((error: unknown) => logger.error({ err: error }, 'something did not stop cleanly'));
    }
  };
  try {
    await start(stops);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
