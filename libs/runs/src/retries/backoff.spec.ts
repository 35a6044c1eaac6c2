import { describe, expect, it } from 'vitest';
import { delayAfter } from './backoff.js';

const policy = { initialDelayMs: 1_000, factor: 2, maxDelayMs: 60_000 };

describe('the wait before the next attempt', () => {
  it('grows by the factor with each attempt, up to the longest', () => {
    const longest = [1, 2, 3, 4, 6, 7, 5_000].map((attempt) => delayAfter(attempt, policy, () => 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 32_000, 60_000, 60_000]);
  });

  it('is at random between half of that and all of it', () => {
    expect([0, 0.5, 1].map((random) => delayAfter(2, policy, () => random))).toEqual([1_000, 1_500, 2_000]);
    const waits = Array.from({ length: 200 }, () => delayAfter(3, policy));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(4_000);
    expect(new Set(waits).size).toBeGreaterThan(50);
  });

  it('is none at all without an initial delay, however many attempts there were', () => {
    expect(delayAfter(2_000, { ...policy, initialDelayMs: 0 })).toBe(0);
  });
});
