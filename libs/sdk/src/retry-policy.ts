import { type Duration, toMilliseconds } from './duration.js';

/** How often a failed attempt is tried again, and after which wait. */
export interface RetryPolicy {
  /** Attempts in all, the first one included: a whole number from 1 to 1,000,000. @default 3 */
  maxAttempts?: number;
  /** Wait before the second attempt. @default '1s' */
  initialDelay?: Duration;
  /** Each wait is the previous one times this. @default 2 */
  factor?: number;
  /** No wait is longer than this. @default '5m' */
  maxDelay?: Duration;
}

/** The policy of a task that declares none. */
export const DEFAULT_RETRY = {
  maxAttempts: 3,
  initialDelay: '1s',
  factor: 2,
  maxDelay: '5m',
} as const satisfies Required<RetryPolicy>;

const MOST_ATTEMPTS = 1_000_000;

/**
 * Checks a policy that a type alone cannot.
 * @throws RangeError naming the field at fault
 */
export function checkRetry({ maxAttempts, initialDelay, factor, maxDelay }: RetryPolicy): void {
  if (
    maxAttempts !== undefined &&
    !(Number.isInteger(maxAttempts) && maxAttempts >= 1 && maxAttempts <= MOST_ATTEMPTS)
  ) {
    throw new RangeError(`retry.maxAttempts is ${maxAttempts}; give a whole number from 1 to ${MOST_ATTEMPTS}.`);
  }
  if (factor !== undefined && !(factor >= 1 && Number.isFinite(factor))) {
    throw new RangeError(`retry.factor is ${factor}; give a number from 1.`);
  }
  for (const delay of [initialDelay, maxDelay]) if (delay !== undefined) toMilliseconds(delay);
}
