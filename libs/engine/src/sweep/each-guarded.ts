import type { Logger } from '@millrace/telemetry';

/**
 * Mends one after the other and gives how many it could. One repair that fails keeps no other from being made; it comes
 * again with the next turn.
 */
export async function eachGuarded<T>(
  found: readonly T[],
  logger: Logger,
  mend: (item: T) => Promise<void>,
): Promise<number> {
  let mended = 0;
  for (const item of found) {
    try {
      await mend(item);
      mended += 1;
    } catch (error) {
      logger.error({ err: error, item }, 'a repair failed');
    }
  }
  return mended;
}
