import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const car = (value: string) => `{"object_type": "cars", "object_value": ${value}}`;
const seen = (detections: string, at = '2022-06-05T21:02:34.546Z') =>
  `{"vehicle_id": "v", "detection_time": "${at}", "detections": ${detections}}`;
const document = (...events: string[]) => `{"objects_detection_events": [${events.join(', ')}]}`;
const GOOD = seen(`[${car('1')}]`, '2022-06-05T21:00:00Z');

async function fateOf(content: string) {
  const dropped = await rig.drop('objects_detection_1.json', content);
  await rig.load(dropped).catch(() => undefined);
  return new FileQueries(rig.database).find(dropped.id);
}
const shown = async () =>
  (await rig.rowsOf('SELECT object_type, object_value FROM objects_detection_events ORDER BY 1, 2')).map(
    ({ object_type, object_value }) => `${String(object_type)} ${String(object_value)}`,
  );

describe('an odd detection', () => {
  it.each<[what: string, detections: string, rows: string[]]>([
    ['of nothing', '[]', []],
    ['of one type twice', `[${car('1')}, ${car('2')}]`, ['cars 1', 'cars 2']],
    ['of one type and value twice', `[${car('3')}, ${car('3')}]`, ['cars 3', 'cars 3']],
    ['of none', `[${car('0')}]`, ['cars 0']],
    ['of minus zero', `[${car('-0')}]`, ['cars 0']],
    ['of less than none', `[${car('-5')}]`, ['cars -5']],
    ['of the largest count', `[${car('2147483647')}]`, ['cars 2147483647']],
    ['of the smallest count', `[${car('-2147483648')}]`, ['cars -2147483648']],
    ['of a whole number with a point', `[${car('7.0')}]`, ['cars 7']],
    ['of a whole number with an exponent', `[${car('7e2')}]`, ['cars 700']],
    ['of a type nobody knows', '[{"object_type": "unicorns", "object_value": 1}]', ['unicorns 1']],
    ['of a type with spaces', '[{"object_type": " a b ", "object_value": 1}]', [' a b  1']],
    ['of a type in capitals', '[{"object_type": "Cars", "object_value": 1}]', ['Cars 1']],
    ['of a type beyond ASCII', '[{"object_type": "自転車 🚲", "object_value": 1}]', ['自転車 🚲 1']],
    [
      'of a type that looks like an array of PostgreSQL',
      '[{"object_type": "{a,NULL}", "object_value": 1}]',
      ['{a,NULL} 1'],
    ],
    ['of a type named NULL', '[{"object_type": "NULL", "object_value": 1}]', ['NULL 1']],
    ['with its value before its type', '[{"object_value": 1, "object_type": "cars"}]', ['cars 1']],
    ['with a field nobody knows', '[{"object_type": "cars", "colour": "red", "object_value": 1}]', ['cars 1']],
  ])('%s is loaded as it stands', async (_, detections, rows) => {
    expect(await fateOf(document(seen(detections)))).toMatchObject({
      ...{ state: 'loaded', counts: { records: 1, loaded: 1, rejected: 0, rows: rows.length } },
    });
    expect(await shown()).toEqual(rows);
  });

  it('of 1,000 types is one event of 1,000 rows', async () => {
    const types = Array.from(
      { length: 1_000 },
      (_, n) => `{"object_type": "t${String(n)}", "object_value": ${String(n)}}`,
    );
    expect(await fateOf(document(seen(`[${types.join(',')}]`)))).toMatchObject({ counts: { records: 1, rows: 1_000 } });
  });

  it('at one time in two zones is one event, told twice', async () => {
    const content = document(
      seen(`[${car('1')}]`, '2022-06-05T21:00:00Z'),
      seen(`[${car('1')}]`, '2022-06-05T23:00:00+02:00'),
    );
    expect(await fateOf(content)).toMatchObject({ counts: { records: 2, loaded: 1, unchanged: 1, rows: 1 } });
  });

  it('at one time with other values is conflicting, and what came first stays', async () => {
    const content = document(GOOD, GOOD.replace('"object_value": 1', '"object_value": 2'));
    expect(await fateOf(content)).toMatchObject({ counts: { records: 2, loaded: 1, conflicting: 1, rows: 1 } });
    expect(await shown()).toEqual(['cars 1']);
  });

  it.each<[what: string, detections: string]>([
    ['of a count beyond 32 bits', `[${car('2147483648')}]`],
    ['of a count beyond 2^53', `[${car('9007199254740993')}]`],
    ['of half a car', `[${car('0.5')}]`],
    ['of a count in quotes', `[${car('"1"')}]`],
    ['of a count that is null', `[${car('null')}]`],
    ['of a count that is true', `[${car('true')}]`],
    ['without a count', '[{"object_type": "cars"}]'],
    ['without a type', '[{"object_value": 1}]'],
    ['of an empty type', '[{"object_type": "", "object_value": 1}]'],
    ['of a type beyond its length', `[{"object_type": "${'x'.repeat(201)}", "object_value": 1}]`],
    ['of a type that is a number', '[{"object_type": 1, "object_value": 1}]'],
    ['that are no array', '{"object_type": "cars", "object_value": 1}'],
    ['that are null', 'null'],
    ['one of which is null', `[${car('1')}, null]`],
    ['one of which is an array', `[${car('1')}, []]`],
  ])('%s is rejected whole, with the pointer of what is wrong, and the rest loads', async (_, detections) => {
    expect(await fateOf(document(GOOD, seen(detections)))).toMatchObject({
      ...{ state: 'loaded', counts: { records: 2, loaded: 1, rejected: 1, rows: 1 } },
    });
    const [reject] = await rig.rowsOf('SELECT code, pointer FROM rejects');
    expect(reject).toMatchObject({
      code: 'MR_RECORD_INVALID',
      pointer: expect.stringMatching(/^\/objects_detection_events\/1\/detections/) as string,
    });
  });
});
