import { type Duration, toMilliseconds } from './duration.js';

/** At most `limit` runs with the same key execute at once, over all workers; a run holds no slot while it waits. */
export interface ConcurrencyLimit<I> {
  /** Pure and synchronous, 1 to 200 characters: computed once, when a run is created. */
  key: (input: I) => string;
  /** A whole number from 1. What the latest registered worker says is in force, for runs that wait already too. */
  limit: number;
}

/** At most `max` claims in any `per`, over all workers: a sliding window, at most a day long. */
export interface RateLimit {
  /** A whole number from 1 to 10,000. */
  max: number;
  per: Duration;
}

const LARGEST_RATE = 10_000;
const LONGEST_PERIOD_MS = 86_400_000;

/**
 * Checks the limit of a task or of a map.
 * @throws RangeError naming the field at fault
 */
export function checkConcurrency(field: string, limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 31 - 1) return;
  throw new RangeError(`${field} is ${limit}; give a whole number from 1.`);
}

/** @throws RangeError naming the field at fault */
export function checkRateLimit({ max, per }: RateLimit): void {
  if (!Number.isInteger(max) || max < 1 || max > LARGEST_RATE) {
    throw new RangeError(`rateLimit.max is ${max}; give a whole number from 1 to ${LARGEST_RATE}.`);
  }
  const ms = toMilliseconds(per);
  if (ms < 1 || ms > LONGEST_PERIOD_MS) {
    throw new RangeError(`rateLimit.per is "${per}"; give a duration from "1ms" to "1d".`);
  }
}
