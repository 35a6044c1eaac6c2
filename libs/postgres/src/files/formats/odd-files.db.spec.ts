import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const NAME = 'vehicles_status_1.json';
const GOOD = '{"vehicle_id": "v", "report_time": "2022-05-01T00:00:00Z", "status": "driving"}';
const OTHER = GOOD.replace('"v"', '"w"');
const document = (...records: string[]) => `{"vehicle_status": [${records.join(', ')}]}`;
const at = (time: string) => GOOD.replace('2022-05-01T00:00:00Z', time);
const saying = (status: string) => GOOD.replace('"driving"', status);

/** What became of a file that was dropped with this content. */
async function fateOf(content: string) {
  const dropped = await rig.drop(NAME, content);
  await rig.load(dropped).catch(() => undefined);
  return new FileQueries(rig.database).find(dropped.id);
}

describe('an odd file', () => {
  it.each<[what: string, content: string, rows: number]>([
    ['with CR LF', `{\r\n"vehicle_status": [\r\n${GOOD}\r\n]\r\n}\r\n`, 1],
    ['pretty-printed', JSON.stringify({ vehicle_status: [JSON.parse(GOOD)] }, null, 4), 1],
    ['with tabs', JSON.stringify({ vehicle_status: [JSON.parse(GOOD)] }, null, '\t'), 1],
    ['on one line', JSON.stringify({ vehicle_status: [JSON.parse(GOOD), JSON.parse(OTHER)] }), 2],
    ['that begins with a byte order mark', `\ufeff${document(GOOD)}`, 1],
    ['that begins with empty lines', `\n\n \t\n${document(GOOD)}`, 1],
    ['that ends in much space', document(GOOD) + ' \n'.repeat(1_000), 1],
    ['that is a bare array', `[${GOOD}, ${OTHER}]`, 2],
    ['that is one record', GOOD, 1],
    ['that is one record over lines', GOOD.replaceAll(',', ',\n'), 1],
    ['without records', document(), 0],
    ['that is an empty array', '[]', 0],
    ['with keys before the records', `{"a": {"b": [1, {}]}, "vehicle_status": [${GOOD}]}`, 1],
    ['with keys after the records', `{"vehicle_status": [${GOOD}], "count": 1e400}`, 1],
    ['with the path in a nested object too', `{"x": {"vehicle_status": [1]}, "vehicle_status": [${GOOD}]}`, 1],
    ['with its key in escapes', document(GOOD).replace('"vehicle', String.raw`"\u0076ehicle`), 1],
    ['with a status in escapes', document(saying(String.raw`"\ud83d\ude97 \" \\ \/"`)), 1],
    ['with a status of brackets and quotes', document(saying(String.raw`"}]\",{["`)), 1],
    ['with a status of COPY escapes', document(saying(String.raw`"\\N\t\n\\."`)), 1],
    ['with a status nobody knows', document(saying('"levitating"')), 1],
    [
      'with keys in another order',
      document('{"status": "x", "report_time": "2022-05-01T00:00:00Z", "vehicle_id": "v"}'),
      1,
    ],
    ['with the same record twice', document(GOOD, GOOD), 1],
    ['with two statuses at one time', document(GOOD, saying('"parking"')), 2],
    ['with a field nobody knows', document(GOOD.replace('{', '{"speed": 3, ')), 1],
    ['with microseconds', document(at('2022-05-01T00:00:00.123456Z')), 1],
    ['with nanoseconds', document(at('2022-05-01T00:00:00.123456789Z')), 1],
    ['with a zone', document(at('2022-05-01T00:00:00+05:30')), 1],
    ['without a zone', document(at('2022-05-01T00:00:00')), 1],
    ['with a space in its time', document(at('2022-05-01 00:00:00Z')), 1],
    ['on a leap day', document(at('2024-02-29T23:59:59Z')), 1],
    ['from the year 1', document(at('0001-01-01T00:00:00Z')), 1],
  ])('%s is loaded', async (_, content, rows) => {
    expect(await fateOf(content)).toMatchObject({ state: 'loaded', reason: null, counts: { rows, rejected: 0 } });
  });

  it.each<[what: string, record: string, code: string]>([
    ['30 February', at('2022-02-30T00:00:00Z'), 'MR_RECORD_INVALID'],
    ['29 February of no leap year', at('2023-02-29T00:00:00Z'), 'MR_RECORD_INVALID'],
    ['the time now', at('now'), 'MR_RECORD_INVALID'],
    ['the time infinity', at('infinity'), 'MR_RECORD_INVALID'],
    ['the time yesterday', at('yesterday'), 'MR_RECORD_INVALID'],
    ['the hour 24', at('2022-05-01T24:00:00Z'), 'MR_RECORD_INVALID'],
    ['a leap second', at('2022-05-01T23:59:60Z'), 'MR_RECORD_INVALID'],
    ['a zone without a colon', at('2022-05-01T00:00:00+0100'), 'MR_RECORD_INVALID'],
    ['the year 0', at('0000-05-01T00:00:00Z'), 'MR_RECORD_INVALID'],
    ['an epoch in place of a time', GOOD.replace('"2022-05-01T00:00:00Z"', '1651363200'), 'MR_RECORD_INVALID'],
    ['an empty status', saying('""'), 'MR_RECORD_INVALID'],
    ['a status that is null', saying('null'), 'MR_RECORD_INVALID'],
    ['a status that is a number', saying('7'), 'MR_RECORD_INVALID'],
    ['a status that is an object', saying('{}'), 'MR_RECORD_INVALID'],
    ['a status beyond its length', saying(`"${'x'.repeat(201)}"`), 'MR_RECORD_INVALID'],
    ['U+0000', saying(String.raw`"a\u0000"`), 'MR_RECORD_INVALID'],
    ['half of a surrogate pair', saying(String.raw`"\ud83d"`), 'MR_RECORD_INVALID'],
    ['no vehicle', '{"report_time": "2022-05-01T00:00:00Z", "status": "x"}', 'MR_RECORD_INVALID'],
    ['nothing', '{}', 'MR_RECORD_INVALID'],
    ['null for a record', 'null', 'MR_RECORD_INVALID'],
    ['a number for a record', '1', 'MR_RECORD_INVALID'],
    ['a text for a record', '"x"', 'MR_RECORD_INVALID'],
    ['an array for a record', '[]', 'MR_RECORD_INVALID'],
    ['a key twice', GOOD.replace('{', '{"status": "x", '), 'MR_KEY_TWICE'],
    ['an unknown key twice', GOOD.replace('{', '{"z": 1, "z": 1, '), 'MR_KEY_TWICE'],
    ['the key __proto__', GOOD.replace('{', '{"__proto__": {}, '), 'MR_KEY_RESERVED'],
    ['NaN', saying('NaN'), 'MR_JSON_SYNTAX'],
    ['Infinity', saying('-Infinity'), 'MR_JSON_SYNTAX'],
    ['single quotes', GOOD.replace('"driving"', `'driving'`), 'MR_JSON_SYNTAX'],
    ['a comment', GOOD.replace('{', '{/* */'), 'MR_JSON_SYNTAX'],
    ['a comma too much', GOOD.replace('}', ',}'), 'MR_JSON_SYNTAX'],
    ['a raw line end in a text', saying('"a\nb"'), 'MR_JSON_SYNTAX'],
    ['an unknown escape', saying(String.raw`"\x"`), 'MR_JSON_SYNTAX'],
    ['a nesting of 70', GOOD.replace('{', `{"z": ${'['.repeat(70)}${']'.repeat(70)}, `), 'MR_RECORD_TOO_DEEP'],
  ])('with %s in one record loads the rest, and rejects that one', async (_, record, code) => {
    const file = await fateOf(document(OTHER, record));
    expect(file).toMatchObject({ state: 'loaded', counts: { records: 2, loaded: 1, rejected: 1, rows: 1 } });
    expect(await rig.rowsOf('SELECT index, code FROM rejects')).toEqual([{ index: 1, code }]);
  });

  it.each<[what: string, content: string, code: string]>([
    ['that is empty', '', 'MR_FILE_TRUNCATED'],
    ['of space alone', ' \n', 'MR_FILE_TRUNCATED'],
    ['of a byte order mark alone', '\ufeff', 'MR_FILE_TRUNCATED'],
    ['that ends in its records', document(GOOD, OTHER).slice(0, -20), 'MR_FILE_TRUNCATED'],
    ['that ends before its last bracket', document(GOOD).slice(0, -1), 'MR_FILE_TRUNCATED'],
    ['with two documents', document(GOOD) + document(OTHER), 'MR_JSON_SYNTAX'],
    ['with garbage behind it', `${document(GOOD)}x`, 'MR_JSON_SYNTAX'],
    ['with a zero behind it', `${document(GOOD)}\0`, 'MR_JSON_SYNTAX'],
    ['with a comma behind the last record', `{"vehicle_status": [${GOOD},]}`, 'MR_JSON_SYNTAX'],
    ['without a comma between records', `[${GOOD} ${OTHER}]`, 'MR_JSON_SYNTAX'],
    ['with NaN around the records', `{"a": NaN, "vehicle_status": [${GOOD}]}`, 'MR_JSON_SYNTAX'],
    ['with the records twice', `{"vehicle_status": [${GOOD}], "vehicle_status": []}`, 'MR_RECORDS_TWICE'],
    ['with another key for its records', `{"statuses": [${GOOD}]}`, 'MR_RECORDS_MISSING'],
    ['with null for its records', '{"vehicle_status": null}', 'MR_RECORDS_MISSING'],
    ['with an object for its records', '{"vehicle_status": {}}', 'MR_RECORDS_MISSING'],
    ['that is a number', '1 ', 'MR_RECORDS_MISSING'],
    ['that is HTML', '<html></html>', 'MR_JSON_SYNTAX'],
    ['that is CSV', 'vehicle_id,report_time\nv,now\n', 'MR_JSON_SYNTAX'],
    ['whose records are all bad', document('{}', '{}'), 'MR_TOO_MANY_REJECTS'],
  ])('%s is quarantined, and nothing of it is loaded', async (_, content, code) => {
    expect(await fateOf(content)).toMatchObject({ state: 'quarantined', counts: null, reason: { code } });
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM vehicle_status_history')).toEqual([{ n: 0 }]);
  });
});
