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
  const { initialDelayMs, factor, maxDelayMs } = backoff;
  // The power is infinite in the end, and zero times that no number.
  const ceiling = initialDelayMs === 0 ? 0 : Math.min(maxDelayMs, initialDelayMs * factor ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
