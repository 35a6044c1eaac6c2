import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microsecondsSince2000 } from './binary-time.js';

function valueOf(text: string): bigint {
  const { high, low } = microsecondsSince2000(text);
  return (BigInt(high) << 32n) + BigInt(low >>> 0);
}

const two = (number: number) => String(number).padStart(2, '0');

describe('microsecondsSince2000', () => {
  it('is what Date says, and the microseconds on top', () => {
    const time = fc.date({
      noInvalidDate: true,
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
    });
    const zone = fc.record({ sign: fc.constantFrom('+', '-'), hours: fc.nat(15), minutes: fc.nat(59) });
    fc.assert(
      fc.property(time, zone, fc.nat(999_999), fc.nat(6), (date, { sign, hours, minutes }, fraction, places) => {
        const at = new Date(Math.floor(date.getTime() / 1_000) * 1_000);
        const digits = String(fraction).padStart(6, '0').slice(0, places);
        const text = `${at.toISOString().slice(0, 19).replace('T', ' ')}${places === 0 ? '' : `.${digits}`}${sign}${two(hours)}:${two(minutes)}`;
        const zoneMs = (sign === '+' ? 1 : -1) * (hours * 60 + minutes) * 60_000;
        const expected = BigInt(at.getTime() - zoneMs - Date.UTC(2000, 0, 1)) * 1_000n + BigInt(digits.padEnd(6, '0'));
        expect(valueOf(text)).toBe(expected);
        expect(microsecondsSince2000(text).hour).toBe(
          Math.floor((at.getTime() - zoneMs - Date.UTC(2000, 0, 1)) / 3_600_000),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'no time',
    '',
    '2022-02-29 00:00:00+00:00',
    '2022-13-01 00:00:00+00:00',
    '2022-06-05 24:00:00+00:00',
    'infinity',
  ])('refuses "%s", which no exact time is written as', (text) => {
    expect(() => microsecondsSince2000(text)).toThrow(expect.objectContaining({ code: 'MR_ROWS_REFUSED' }));
  });
});
