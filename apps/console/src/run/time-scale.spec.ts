import { describe, expect, it } from 'vitest';
import { percentAt, ticks, timeScale } from './time-scale.js';

describe('a time scale', () => {
  it('places moments by percent, and none outside', () => {
    const scale = timeScale(1_000, 3_000);
    expect([1_000, 2_000, 3_000].map((moment) => percentAt(scale, moment))).toEqual([0, 50, 100]);
    expect([0, 9_000].map((moment) => percentAt(scale, moment))).toEqual([0, 100]);
  });

  it('of no length at all still has one', () => {
    expect(percentAt(timeScale(5, 5), 5)).toBe(0);
  });

  it.each([
    [4, [0, 1, 2, 3, 4]],
    [900, [0, 200, 400, 600, 800]],
    [61_000, [0, 15_000, 30_000, 45_000, 60_000]],
    [3_600_000, [0, 900_000, 1_800_000, 2_700_000, 3_600_000]],
  ])('of %d ms has its lines at %j', (length, expected) => {
    expect(ticks(timeScale(0, length), 5)).toEqual(expected);
  });
});
