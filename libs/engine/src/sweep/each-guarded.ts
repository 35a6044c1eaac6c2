import type { Logger } from '@millrace/telemetry';

/** Repairs made at a time, unless said otherwise: their writes go in groups, and leave connections to others. */
const AT_ONCE = 20;

/**
 * Mends what was found, some at a time, and gives how many it could. One repair that fails keeps no other from being
 * made; it comes again with the next turn.
 */
export async function eachGuarded<T>(
  found: readonly T[],
  logger: Logger,
  mend: (item: T) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<number> {
  const items = found[Symbol.iterator]();
  let mended = 0;
  const lane = async () => {
    // All lanes draw from the same iterator.
    for (const item of items) {
      try {
        await mend(item);
        mended += 1;
      } catch (error) {
        logger.error({ err: error, item }, 'a repair failed');
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return mended;
}
