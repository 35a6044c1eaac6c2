import type { TaskStats } from '@millrace/contracts';

/** Times counted in buckets: bucket b holds those up to 2^(b/4) milliseconds, from 2^((b-1)/4) on. */
export type Histogram = ReadonlyMap<number, number>;

/** Percentiles of what a histogram holds, each in the geometric middle of its bucket; null when it is empty. */
export function percentilesOf(histogram: Histogram): TaskStats['queueTime'] {
  const buckets = [...histogram].sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return null;
  const at = (share: number) => {
    let left = Math.ceil(total * share);
    const found = buckets.find(([, n]) => (left -= n) <= 0);
    return Number((2 ** (((found?.[0] ?? 0) - 0.5) / 4)).toPrecision(3));
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
