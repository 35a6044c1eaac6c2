import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from './timestamp.js';

describe('parseTimestamp', () => {
  it('keeps every moment that a Date knows, to the millisecond', () => {
    const range = {
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        const text = parseTimestamp(date.toISOString());
        expect(new Date(text?.replace(' ', 'T') ?? '').getTime()).toBe(date.getTime());
      }),
    );
  });

  it.each([
    ['2022-06-05T21:02:34.546123Z', '2022-06-05 21:02:34.546123+00:00'],
    ['2022-06-05t21:02:34z', '2022-06-05 21:02:34+00:00'],
    ['2022-06-05 21:02:34', '2022-06-05 21:02:34+00:00'],
    ['2022-06-05T21:02:34.123456789+05:30', '2022-06-05 21:02:34.123456+05:30'],
    ['2024-02-29T00:00:00-00:00', '2024-02-29 00:00:00-00:00'],
  ])('reads %s', (text, exact) => {
    expect(parseTimestamp(text)).toBe(exact);
  });

  it.each([
    ...['now', 'infinity', 'yesterday', 'epoch', ''],
    ...['2022-02-30T00:00:00Z', '2023-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2022-13-01T00:00:00Z'],
    ...['2022-00-01T00:00:00Z', '2022-01-00T00:00:00Z', '0000-01-01T00:00:00Z', '2022-04-31T00:00:00Z'],
    ...['2022-01-01T24:00:00Z', '2022-01-01T00:60:00Z', '2022-01-01T23:59:60Z', '2022-01-01T00:00:00+16:00'],
    ...['2022-01-01', '2022-01-01T00:00Z', '2022-01-01T00:00:00.Z', '2022-01-01T00:00:00Z ', '20220101T000000Z'],
    ...['2022-01-01T00:00:00+0100', '2022-01-01T00:00:00 UTC', '+12022-01-01T00:00:00Z', '2022-01-01T00:00:00Z\n'],
  ])('refuses "%s"', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
