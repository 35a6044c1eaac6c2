import { describe, expect, it } from 'vitest';
import { toWindow } from './stats-window.js';

const NOW = new Date('2026-03-04T05:06:07.890Z');

describe('a window', () => {
  it.each([
    ['1m', 60, 60, '2026-03-04T05:05:00.000Z'],
    ['1h', 60, 60, '2026-03-04T04:06:00.000Z'],
    ['6h', 60, 300, '2026-03-03T23:05:00.000Z'],
    ['1d', 3_600, 3_600, '2026-03-03T05:00:00.000Z'],
    ['7d', 3_600, 10_800, '2026-02-25T03:00:00.000Z'],
    ['90d', 3_600, 86_400, '2025-12-04T00:00:00.000Z'],
  ])('of %s is read in rows of %i s, shown in steps of %i s', (text, grain, stepSeconds, since) => {
    const window = toWindow(text, NOW);
    expect([window.grain, window.stepSeconds, window.since.toISOString()]).toEqual([grain, stepSeconds, since]);
    expect(window.stepSeconds % window.grain).toBe(0);
  });
});
