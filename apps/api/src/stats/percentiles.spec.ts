import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentilesOf } from './percentiles.js';

const bucketOf = (ms: number) => Math.ceil(4 * Math.log2(Math.max(ms, 0.1)));

describe('percentiles', () => {
  it('are nothing of nothing', () => {
    expect(percentilesOf(new Map())).toBeNull();
  });

  it('are within a tenth of the true ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.2, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (times) => {
          const histogram = new Map<number, number>();
          for (const ms of times) histogram.set(bucketOf(ms), (histogram.get(bucketOf(ms)) ?? 0) + 1);
          const sorted = times.toSorted((a, b) => a - b);
          const found = percentilesOf(histogram);
          for (const [share, ms] of [
            [0.5, found?.p50],
            [0.95, found?.p95],
            [0.99, found?.p99],
          ] as const) {
            const exact = sorted[Math.ceil(sorted.length * share) - 1] as number;
            expect(Math.abs((ms as number) - exact) / exact).toBeLessThan(0.1);
          }
        },
      ),
    );
  });
});
