import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatShare, formatShort, plural } from './quantities.js';

it('counts are grouped, or short where there is little room', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatShort(12_345)).toBe('12.3K');
  expect(plural(1, 'run')).toBe('1 run');
  expect(plural(0, 'entry', 'entries')).toBe('0 entries');
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [150_000, '150 kB'],
  [5_000_000_000, '5.0 GB'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0%'],
  [0.0002, '<0.1%'],
  [0.9998, '>99.9%'],
  [0.027, '2.7%'],
  [0.5, '50%'],
  [1, '100%'],
])('a part of %d reads %s', (fraction, text) => {
  expect(formatShare(fraction)).toBe(text);
});
