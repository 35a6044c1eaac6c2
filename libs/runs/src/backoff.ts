/** Waits between attempts, in milliseconds: `initialDelayMs`, then each `factor` times the one before, up to `maxDelayMs`. */
export interface Backoff {
  readonly initialDelayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
}

/**
 * Milliseconds to wait after this attempt (1 for the first) has failed: exponential with equal jitter, so half of it is
 * fixed and half random (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function delayAfter(attempt: number, backoff: Backoff, random: () => number = Math.random): number {
  const ceiling = Math.min(backoff.maxDelayMs, backoff.initialDelayMs * backoff.factor ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
