import { describe, expect, it } from 'vitest';
import { between, formatAgo, formatDuration, formatSpan } from './durations.js';

describe('a length of time', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_000, '1.00 s'],
    [12_345, '12.3 s'],
    [65_000, '1 m 05 s'],
    [3_600_000, '1 h 00 m'],
    [273_600_000, '3 d 4 h'],
  ])('of %d ms reads %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [200, '200 ms'],
    [1_000, '1 s'],
    [1_500, '1.5 s'],
    [20_000, '20 s'],
    [300_000, '5 m'],
    [330_000, '5 m 30 s'],
    [36_000_000, '10 h'],
    [864_000_000, '10 d'],
  ])('that somebody set, of %d ms, reads %s', (milliseconds, text) => {
    expect(formatSpan(milliseconds)).toBe(text);
  });

  it.each([
    [-10_000, 'now'],
    [12_900, '12 s ago'],
    [120_000, '2 m ago'],
    [7_200_000, '2 h ago'],
    [200_000_000, '2 d ago'],
  ])('that went by, %d ms, reads %s', (milliseconds, text) => {
    expect(formatAgo(milliseconds)).toBe(text);
  });

  it('goes from one time of the API to another, or to now', () => {
    expect(between('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.500Z')).toBe(1_500);
    expect(between('1970-01-01T00:00:00.000Z', 42)).toBe(42);
  });
});
