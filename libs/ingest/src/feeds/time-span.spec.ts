import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeAcceptedTimes } from './accepted-times.js';
import { TimeSpan, type TimeVerdict } from './time-span.js';
import { parseTimestamp } from './timestamp.js';

const NOW = Date.UTC(2026, 10, 28, 12);
const judge = (span: TimeSpan, text: string) => span.judge(parseTimestamp(text) ?? '');

describe('TimeSpan', () => {
  const span = new TimeSpan(completeAcceptedTimes({ past: '10d' }), NOW, Date.UTC(2026, 10, 23));

  it.each<[string, TimeVerdict]>([
    ['2026-11-28T12:00:00Z', 'within'],
    ['2026-11-29T11:59:59Z', 'within'],
    ['2026-11-29T12:00:01Z', 'after'],
    ['2026-11-29T13:00:00+02:00', 'within'],
    ['2026-11-29T11:00:00-02:00', 'after'],
    ['2026-11-23T00:00:00Z', 'within'],
    ['2026-11-22T23:59:59.999999Z', 'expired'],
    ['2026-11-23T01:00:00+01:00', 'within'],
    ['2026-11-23T00:59:59+01:00', 'expired'],
    ['2026-11-18T12:00:00Z', 'expired'],
    ['2026-11-18T11:59:59Z', 'before'],
    ['2026-11-18T12:59:59+01:00', 'before'],
  ])('judges %s as %s', (text, verdict) => {
    expect(judge(span, text)).toBe(verdict);
  });

  it('takes any past by default, but for what lies before the year 1', () => {
    const open = new TimeSpan(completeAcceptedTimes(), NOW);
    expect(judge(open, '0001-01-01T00:00:00Z')).toBe('within');
    expect(judge(open, '0001-01-01T00:00:00+01:00')).toBe('before');
    expect(judge(open, '9999-12-31T23:59:59Z')).toBe('after');
  });

  it('judges one moment alike, whatever its zone is written as', () => {
    const at = fc.date({
      noInvalidDate: true,
      min: new Date(NOW - 20 * 86_400_000),
      max: new Date(NOW + 5 * 86_400_000),
    });
    fc.assert(
      fc.property(at, fc.integer({ min: -14, max: 14 }), (moment, hours) => {
        const second = new Date(Math.floor(moment.getTime() / 1_000) * 1_000 + 500);
        const local = new Date(second.getTime() + hours * 3_600_000).toISOString().slice(0, 23);
        const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
        expect(judge(span, `${local}${zone}`)).toBe(judge(span, second.toISOString()));
      }),
    );
  });

  it('leaves a text that is no time to what encodes it', () => {
    expect(span.judge('yesterday')).toBe('within');
  });

  it('is not declared with no partition, or half of one', () => {
    expect(() => completeAcceptedTimes({ newPartitions: 0 })).toThrow(RangeError);
    expect(() => completeAcceptedTimes({ newPartitions: 1.5 })).toThrow('accepts.newPartitions is 1.5');
  });
});
