import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJobPriority } from './job-priority.js';

describe('toJobPriority', () => {
  it('puts the higher of two first, and gives every integer a number that BullMQ takes', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const [first, second] = [toJobPriority(Math.max(a, b)), toJobPriority(Math.min(a, b))];
        expect(first).toBeLessThanOrEqual(second);
        expect(first).toBeGreaterThanOrEqual(1);
        expect(second).toBeLessThan(2 ** 21);
      }),
    );
  });

  it('keeps neighbours apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_048_575, max: 1_048_574 }), (priority) => {
        expect(toJobPriority(priority + 1)).toBeLessThan(toJobPriority(priority));
      }),
    );
  });
});
