import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ByteCursor, UNSURE } from './byte-cursor.js';
import { databaseText } from '../feeds/database-text.js';
import { objectsDetection } from '../feeds/objects-detection.feed.js';
import { readableShape } from '../feeds/readable-shape.js';
import { compileReader } from './compile-reader.js';
import { completeBudgets } from '../feeds/record-budgets.js';
import { RecordReader } from './record-reader.js';
import { timestamp } from '../feeds/timestamp.js';
import { vehiclesStatus } from '../feeds/vehicles-status.feed.js';

const SCHEMAS = [
  objectsDetection.record,
  vehiclesStatus.record,
  z.strictObject({ n: z.int32(), list: z.array(timestamp) }),
];

function readerOf(schema: z.ZodType) {
  const shape = readableShape(schema, 1_000);
  if (!shape) throw new Error('The schema is not readable.');
  return compileReader(shape);
}

function read(schema: z.ZodType, json: string): { value: unknown; rest: string; cursor: ByteCursor } {
  const cursor = new ByteCursor(Buffer.from(json));
  const value = readerOf(schema)(cursor);
  return { value, rest: cursor.bytes.toString('utf8', cursor.at), cursor };
}

/** Values that are nearly as the feeds declare them. */
const time = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
    .map((at) => at.toISOString()),
  fc.constantFrom(
    '2022-02-30T00:00:00Z',
    '2024-02-29T23:59:59.1234567Z',
    '2022-06-05t21:02:34z',
    '2022-06-05T21:02:34',
  ),
  fc.constantFrom('2022-06-05T21:02:34.546123+15:59', '2022-06-05T21:02:34-16:00', '2022-06-05 21:02:34Z', 'now', ''),
  fc.constantFrom('0000-01-01T00:00:00Z', '2022-13-01T00:00:00Z', '2022-06-05T24:00:00Z', '2022-06-05T21:02:34.Z'),
);
const text = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.string({ minLength: 199, maxLength: 201 }),
);
const integer = fc.oneof(
  fc.integer(),
  fc.constantFrom(2147483648, -2147483648, -2147483649, 1.5, -0, 1e21, 1e3),
  fc.string(),
);
const detection = fc.oneof(
  fc.record({ object_type: text, object_value: integer }),
  fc.record({ object_value: integer, object_type: text }),
  fc.record({ object_type: text, object_value: integer, more: text }),
);
const value = fc.oneof(
  fc.record({ vehicle_id: text, detection_time: time, detections: fc.array(detection, { maxLength: 3 }) }),
  fc.record({ vehicle_id: text, report_time: time, status: text }, { requiredKeys: ['vehicle_id'] }),
  fc.record({ n: integer, list: fc.array(time, { maxLength: 3 }) }),
);
const written = fc
  .tuple(value, fc.constantFrom('', ' ', '\t', '  '))
  .map(([one, indent]) => JSON.stringify(one, null, indent));
/** Some of its bytes are others. */
const damaged = fc
  .tuple(written, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",: 0-1.eE+\\u0Tz')), { maxLength: 2 }))
  .map(([json, changes]) =>
    changes.reduce((so, [place, character]) => {
      const at = place % so.length;
      return so.slice(0, at) + character + so.slice(at + (place % 2));
    }, json),
  );

describe('a compiled reader', () => {
  it('takes nothing that JSON.parse and the schema do not take with the same outcome', () => {
    fc.assert(
      fc.property(fc.oneof(written, damaged), fc.constantFrom(...SCHEMAS), (json, schema) => {
        const { value: taken, rest } = read(schema, json);
        if (taken === UNSURE) return;
        const whole = json.slice(0, json.length - rest.length);
        expect(taken).toEqual(schema.parse(JSON.parse(whole)));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['on one line', ''],
    ['pretty-printed', '  '],
  ])('takes what is exactly as declared, %s', (_, indent) => {
    const event = {
      vehicle_id: 'ebab5f787798416fb2b8afc1340d7a4e',
      detection_time: '2022-06-05T21:02:34.546123+02:00',
      detections: [
        { object_type: 'cars', object_value: 4 },
        { object_type: 'signs', object_value: -2147483648 },
      ],
    };
    const json = JSON.stringify(event, null, indent);
    const { value: taken, rest, cursor } = read(objectsDetection.record, `${json},`);
    expect(taken).toEqual({ ...event, detection_time: '2022-06-05 21:02:34.546123+02:00' });
    expect([rest, cursor.keys, cursor.newlines]).toEqual([',', 7, json.split('\n').length - 1]);
    expect(read(objectsDetection.record, JSON.stringify({ ...event, detections: [] })).value).not.toBe(UNSURE);
  });

  it('keeps texts apart that fall into one place of its memory', () => {
    const reader = RecordReader.for({ record: z.object({ text: databaseText(20) }), budgets: completeBudgets() });
    for (let round = 0; round < 2; round++) {
      for (let number = 0; number < 100_000; number++) {
        const one = { text: `v${String(number)}` };
        const taken = reader?.read(Buffer.from(JSON.stringify(one)), 0)?.value as typeof one;
        if (taken.text !== one.text) throw new Error(`"${one.text}" was taken for "${taken.text}".`);
      }
    }
  });

  it.each([
    ['as many keys as are allowed', { keys: 3 }, true],
    ['more keys than are allowed', { keys: 2 }, false],
    ['a longer text than is allowed', { textLength: 32 }, false],
    ['as many bytes as are allowed', { bytes: 100 }, true],
    ['more bytes than are allowed', { bytes: 99 }, false],
  ])('with %s leaves it to the check', (_, budgets, taken) => {
    const { record } = vehiclesStatus;
    const reader = RecordReader.for({ record, budgets: completeBudgets(budgets) });
    const report = { vehicle_id: 'a'.repeat(33), report_time: '2022-06-05T21:02:34Z', status: '' };
    const bytes = Buffer.from(JSON.stringify({ ...report, status: 'p' }));
    expect(reader?.read(bytes, 0) !== undefined).toBe(taken);
  });

  it('is not made for records that are deeper than is allowed', () => {
    const { record } = objectsDetection;
    expect(RecordReader.for({ record, budgets: completeBudgets({ depth: 2 }) })).toBeUndefined();
    expect(RecordReader.for({ record, budgets: completeBudgets({ depth: 3 }) })).toBeDefined();
  });

  it.each([
    ['a refinement', z.object({ a: databaseText(9).refine((text) => text !== 'b') })],
    ['a default', z.object({ a: z.int32().default(1) })],
    ['an optional field', z.object({ a: timestamp.optional() })],
    ['bounds of a number', z.object({ a: z.int32().min(1) })],
    ['bounds of an array', z.array(z.int32()).max(1)],
    ['a refinement of the whole', z.object({ a: z.int32() }).refine(() => false)],
    ['a union', z.object({ a: z.union([z.int32(), timestamp]) })],
    ['a plain text', z.object({ a: z.string() })],
    ['a fraction', z.object({ a: z.number() })],
    ['a coercion', z.object({ a: z.coerce.number() })],
    ['a reserved key', z.object(Object.fromEntries([['__proto__', z.int32()]]))],
  ])('is not made for a schema with %s', (_, schema) => {
    expect(readableShape(schema, 1_000)).toBeUndefined();
  });
});
