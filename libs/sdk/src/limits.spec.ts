import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ConcurrencyLimit, RateLimit } from './limits.js';
import { defineTask } from './task.js';

const define = (limits: { concurrency?: ConcurrencyLimit<{ customer: string }>; rateLimit?: RateLimit }) =>
  defineTask({
    ...{ id: 'limited', input: z.object({ customer: z.string() }), result: z.null(), run: async () => null },
    ...limits,
  });

describe('the limits of a task', () => {
  it('take whole numbers and durations', () => {
    const { definition } = define({
      concurrency: { key: ({ customer }) => customer, limit: 2 },
      rateLimit: { max: 100, per: '1m' },
    });
    expect(definition.concurrency?.limit).toBe(2);
    expect(definition.rateLimit).toEqual({ max: 100, per: '1m' });
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuse a concurrency of %s', (limit) => {
    expect(() => define({ concurrency: { key: () => 'k', limit } })).toThrow(`concurrency.limit is ${limit}`);
  });

  it.each([0, 0.5, 10_001])('refuse a rate of %s', (max) => {
    expect(() => define({ rateLimit: { max, per: '1s' } })).toThrow(`rateLimit.max is ${max}`);
  });

  it.each([0, '2d'] as const)('refuse a period of %s', (per) => {
    expect(() => define({ rateLimit: { max: 1, per } })).toThrow('rateLimit.per');
  });
});
