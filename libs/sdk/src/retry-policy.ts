import type { Duration } from './duration.js';

/** How often a failed attempt is tried again, and after which wait. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. @default 3 */
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
