import { describe, expect, it } from 'vitest';
import { checkRetry, type RetryPolicy } from './retry-policy.js';

describe('a retry policy', () => {
  it.each<[RetryPolicy, RegExp]>([
    [{ maxAttempts: 0 }, /^retry.maxAttempts is 0; give a whole number from 1 to 1000000/],
    [{ maxAttempts: 1.5 }, /^retry.maxAttempts is 1.5/],
    [{ maxAttempts: Infinity }, /^retry.maxAttempts is Infinity/],
    [{ maxAttempts: 2 ** 31 }, /^retry.maxAttempts is 2147483648/],
    [{ factor: 0.5 }, /^retry.factor is 0.5; give a number from 1/],
    [{ factor: Infinity }, /^retry.factor is Infinity/],
    [{ initialDelay: -1 }, /"-1" is no duration/],
    [{ maxDelay: '1e3ms' }, /"1e3ms" is no duration/],
  ])('is refused when nobody can follow it: %o', (policy, words) => {
    expect(() => checkRetry(policy)).toThrow(words);
  });

  it('may ask for very many attempts without a wait', () => {
    expect(() => checkRetry({ maxAttempts: 1_000_000, initialDelay: 0, factor: 1 })).not.toThrow();
  });
});
