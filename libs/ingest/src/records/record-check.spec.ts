import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineFeed } from '../feeds/feed.js';
import { RecordCheck } from './record-check.js';
import { RecordScanner } from '../scanning/record-scanner.js';
import { countKeys, shapeOf } from './record-shape.js';
import { TimeCheck } from './time-check.js';
import { timestamp } from '../feeds/timestamp.js';

const feed = defineFeed({
  id: 'events',
  fileName: 'events_[timestamp].json',
  records: '',
  record: z.object({
    id: z.string(),
    at: timestamp.optional(),
    count: z.int().optional(),
    share: z.number().optional(),
    parts: z.array(z.object({ name: z.string() })).default([]),
  }),
  target: 'vehicle_status',
  toRow: ({ id, at, ...rest }) => ({ vehicleId: id, reportTime: at ?? '', status: JSON.stringify(rest) }),
  budgets: { depth: 4, keys: 20, textLength: 50 },
});

/** What the check says of one record in an array, after a line of its own. */
function check(record: string) {
  const [raw] = new RecordScanner([]).push(Buffer.from(`[\n${record}]`));
  if (!raw) throw new Error('The scanner found no record.');
  const checked = new RecordCheck(feed, new TimeCheck(feed)).check(raw);
  if (!('reject' in checked)) return checked;
  const { code, message, pointer, offset, line } = checked.reject;
  return { code, message, pointer, offset, line };
}

describe('RecordCheck', () => {
  it.each([
    ['a key twice', '{"id": "a",\n "id": "b"}', 'MR_KEY_TWICE', '/0/id', 'byte 15, line 3'],
    [
      'a key twice in a part',
      '{"id": "a", "parts": [{"name": "x", "name": "y"}]}',
      'MR_KEY_TWICE',
      '/0/parts/0/name',
      'byte 38',
    ],
    ['a key twice that the schema does not know', '{"id": "a", "z": 1, "z": 2}', 'MR_KEY_TWICE', '/0/z', 'byte 22'],
    ['the key __proto__', '{"id": "a", "__proto__": {"id": "b"}}', 'MR_KEY_RESERVED', '/0/__proto__', 'byte 14'],
    ['an integer beyond 2^53', '{"id": "a", "count": 9007199254740993}', 'MR_NUMBER_INEXACT', '/0/count', 'byte 23'],
    [
      'a fraction of more digits than a double has',
      '{"id": "a", "share": 0.12345678901234567890}',
      'MR_NUMBER_INEXACT',
      '/0/share',
      'byte 23',
    ],
    ['NaN', '{"id": "a", "share": NaN}', 'MR_JSON_SYNTAX', '/0/share', 'byte 23'],
    [
      'a wrong type',
      '{"id": "a",\n"parts": [{"name": "x"}, {"name": 1}]}',
      'MR_RECORD_INVALID',
      '/0/parts/1/name',
      'byte 48, line 3',
    ],
    ['a field that is missing', '{"parts": []}', 'MR_RECORD_INVALID', '/0/id', 'byte 2, line 2'],
    ['30 February', '{"id": "a", "at": "2022-02-30T00:00:00Z"}', 'MR_RECORD_INVALID', '/0/at', 'byte 20'],
    ['now', '{"id": "a", "at": "now"}', 'MR_RECORD_INVALID', '/0/at', 'byte 20'],
    ['a value that is nested too deep', '{"id": "a", "z": [[[[1]]]]}', 'MR_RECORD_TOO_DEEP', '/0', 'byte 2'],
    [
      'too many keys',
      `{${Array.from({ length: 21 }, (_, n) => `"k${String(n)}": 1`).join()}}`,
      'MR_TOO_MANY_KEYS',
      '/0',
      'byte 2',
    ],
    ['a text that is too long', `{"id": "${'x'.repeat(51)}"}`, 'MR_TEXT_TOO_LONG', '/0/id', 'byte 9'],
    ['a number where a record should be', '12', 'MR_RECORD_INVALID', '/0', 'byte 2'],
  ])('rejects a record with %s, and tells where it stands', (_, record, code, pointer, place) => {
    expect(check(record)).toMatchObject({
      code,
      pointer,
      offset: 2,
      line: 2,
      message: expect.stringContaining(place) as string,
    });
  });

  it.each([
    ['all that the schema knows', '{"id": "a", "at": "2022-01-01T00:00:00Z", "count": 1, "share": 0.5}', false, false],
    ['a time without a zone', '{"id": "a", "at": "2022-01-01T00:00:00"}', true, false],
    ['a field that the schema does not know', '{"id": "a", "other": {"x": []}}', false, true],
    ['such a field deep inside', '{"id": "a", "parts": [{"name": "b", "more": 1}]}', false, true],
    ['the largest exact integer', '{"id": "a", "count": 9007199254740991}', false, false],
  ])('takes a record with %s', (_, record, naive, extra) => {
    expect(check(record)).toMatchObject({ row: { vehicleId: 'a' }, naive, extra });
  });
});

describe('shapeOf', () => {
  it('knows all keys of what its schema takes and keeps', () => {
    const schema = z.object({
      a: z.string(),
      b: z.array(z.object({ c: z.int(), d: z.string().optional() })).nullable(),
      e: z.union([z.string(), z.object({ f: z.string() })]).optional(),
    });
    const value = fc.record(
      {
        a: fc.string(),
        b: fc.option(fc.array(fc.record({ c: fc.integer(), d: fc.string() }, { requiredKeys: ['c'] }))),
        e: fc.oneof(fc.string(), fc.record({ f: fc.string() })),
      },
      { requiredKeys: ['a', 'b'] },
    );
    fc.assert(
      fc.property(value, (taken) => {
        expect(shapeOf(schema).knownKeys(taken)).toBe(countKeys(schema.parse(taken)));
      }),
    );
  });
});
