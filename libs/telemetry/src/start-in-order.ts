import type { Logger } from './logger.js';
import type { Stop } from './process-lifecycle.js';

/** Begins one thing after the other, and leaves for each what ends it. */
export type StartParts = (stops: Stop[]) => Promise<void>;

/**
 * Starts what consists of several parts; gives what ends them, the last one first. When a part does not start, those before
 * it are ended. A part that does not stop holds up none of the others; what it threw is thrown when they have ended, an
 * AggregateError when it is several.
 * @throws what a part threw that did not start
 */
export async function startInOrder(start: StartParts, logger: Logger): Promise<Stop> {
  const stops: Stop[] = [];
  const stop = async () => {
    const errors: unknown[] = [];
    for (const undo of stops.splice(0).reverse()) await undo().catch((error: unknown) => errors.push(error));
    if (errors.length > 1) throw new AggregateError(errors, 'several parts did not stop');
    if (errors.length > 0) throw errors[0];
  };
  try {
    await start(stops);
    return stop;
  } catch (error) {
    await stop().catch((also: unknown) => logger.error({ err: also }, 'what had started did not stop cleanly'));
    throw error;
  }
}
