/** BullMQ's lowest priority is 2^21 - 1; 1 is its highest, and 0 means "before all priorities". */
const LOWEST = 2 ** 21 - 1;
const MIDDLE = 2 ** 20;

/**
 * BullMQ's number for one of ours: ours is any integer, higher first, 0 by default. Ours beyond ±1,048,575 count as
 * that. Even our default becomes a number, not BullMQ's 0: a job without one would overtake every urgent one.
 */
export function toJobPriority(priority: number): number {
  return Math.min(Math.max(MIDDLE - priority, 1), LOWEST);
}
