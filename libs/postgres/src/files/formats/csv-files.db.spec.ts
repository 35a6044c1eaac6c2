import { gzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import { defineFeed, defineTable, integerField, numberField, optionalField } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FileQueries } from '../file-queries.js';
import { DRIVERS_SAMPLE, type DroppedFile, LoadingRig } from '../loading-rig.contract.js';

const fuel = defineFeed({
  id: 'fuel',
  fileName: 'fuel_[timestamp].csv',
  format: 'csv',
  delimiter: ';',
  record: z.object({
    vehicle: z.string(),
    litres: numberField,
    stops: optionalField(integerField),
    full: z.stringbool(),
  }),
  target: defineTable({
    name: 'fuel',
    columns: { vehicle: 'text', litres: 'double', stops: 'integer?', full: 'boolean' },
  }),
  toRow: (record) => record,
});

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open({ feeds: [fuel] });
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const HEADER = 'driver_id,name,licence,hired_on,vehicle_id,changed_at\n';
const driver = (id: string, name = 'Ann', changedAt = '2026-01-01T00:00:00Z') =>
  `${id},${name},B,2020-02-29,,${changedAt}\n`;
const countsOf = async ({ id }: DroppedFile) => (await new FileQueries(rig.database).find(id))?.counts;
const ids = async () =>
  (await rig.rowsOf('SELECT driver_id AS id FROM drivers ORDER BY 1')).map(({ id }) => id as string);

async function load(name: string, content: string): Promise<DroppedFile> {
  const file = await rig.drop(name, content);
  await rig.load(file);
  return file;
}

describe('a CSV file', () => {
  it('loads into the table of its feed, by the names of its columns', async () => {
    const file = await rig.dropSample(DRIVERS_SAMPLE);
    await rig.load(file);
    expect(
      await rig.rowsOf(`SELECT driver_id, name, licence, hired_on::text, vehicle_id, file_id,
                        changed_at = '2026-01-01T05:31:12.5Z' AS exact FROM drivers ORDER BY 1`),
    ).toMatchObject([
      { driver_id: 'd-1001', name: 'Okafor, Ada', licence: 'C1E', hired_on: '2019-03-01', exact: false },
      { driver_id: 'd-1002', name: 'Jonas Weiß', vehicle_id: null, file_id: file.id },
      { driver_id: 'd-1003', name: 'Mia "Mimi" Laurent', exact: true },
    ]);
  });

  it('may have another delimiter, CR LF, a byte order mark, other columns in any order, and be packed', async () => {
    const text = '\ufeffnote;full;stops;litres;vehicle\r\n"a;b";true;3;1.5;v1\r\n;no;;-2e3;"v\r\n2"\r\n';
    await writeFile(rig.at('inbox', 'fuel_1.csv.gz'), gzipSync(text));
    const file = await rig.register('fuel_1.csv.gz');
    await rig.load(file);
    expect(await rig.rowsOf('SELECT vehicle, litres, stops, "full" FROM fuel ORDER BY litres')).toEqual([
      { vehicle: 'v\r\n2', litres: -2000, stops: null, full: false },
      { vehicle: 'v1', litres: 1.5, stops: 3, full: true },
    ]);
    expect(await countsOf(file)).toMatchObject({ records: 2, loaded: 2, extra: 2 });
  });

  it('sets aside its bad records with place, column and bytes, and loads the rest', async () => {
    const bad = [
      'b,Ann,B,2020-02-30,,2026-01-01T00:00:00Z\n',
      'c,Ann,B\n',
      'd,Ann,B,2020-01-01,,2026-01-01T00:00:00Z,7\n',
      'e,An"n,B,2020-01-01,,2026-01-01T00:00:00Z\n',
      '"f\n","Ann",B,2020-01-01,,soon\n',
    ];
    const text = HEADER + driver('a') + bad.join('') + driver('g');
    const file = await load('drivers_1.csv', text);
    expect(await countsOf(file)).toMatchObject({ records: 7, loaded: 2, rejected: 5, rows: 2 });
    expect(await ids()).toEqual(['a', 'g']);
    const rejects = await rig.rowsOf(
      "SELECT code, pointer, line::int, byte_offset::int AS at, convert_from(raw, 'UTF8') AS raw FROM rejects ORDER BY index",
    );
    const place = (code: string, pointer: string, line: number, index: number) => ({
      ...{ code, pointer, line, at: text.indexOf(bad[index] ?? '') },
      raw: bad[index]?.slice(0, -1),
    });
    expect(rejects).toEqual([
      place('MR_RECORD_INVALID', '/1/hired_on', 3, 0),
      place('MR_FIELD_COUNT', '/2/hired_on', 4, 1),
      place('MR_FIELD_COUNT', '/3', 5, 2),
      place('MR_QUOTE_MISPLACED', '/4/name', 6, 3),
      place('MR_RECORD_INVALID', '/5/changed_at', 7, 4),
    ]);
    const [, , , quoted, last] = await rig.rowsOf('SELECT message FROM rejects ORDER BY index');
    const placed = (at: number, line: number) => ({
      message: expect.stringContaining(`byte ${String(at)}, line ${String(line)}`) as string,
    });
    expect(quoted).toMatchObject(placed(text.indexOf('"n,B'), 6));
    expect(last).toMatchObject(placed(text.indexOf('soon'), 8));
  });

  it('whose fields its table cannot take gives rejects too', async () => {
    await load(
      'fuel_1.csv',
      'vehicle;litres;stops;full\nv1;1e999;;yes\nv2;1;99999999999;yes\nv3;1;;yes\nv\u0000;1;;yes\n',
    );
    expect(await rig.rowsOf('SELECT code, pointer FROM rejects ORDER BY index')).toEqual([
      { code: 'MR_RECORD_INVALID', pointer: '/0/litres' },
      { code: 'MR_RECORD_INVALID', pointer: '/1/stops' },
      { code: 'MR_ROW_UNFIT', pointer: '/3/vehicle' },
    ]);
  });

  it('is loaded once, taken back, and loaded again', async () => {
    const file = await load('drivers_1.csv', HEADER + driver('a') + driver('b'));
    const again = await rig.drop('drivers_2.csv', HEADER + driver('a') + driver('b'));
    expect((await rig.load(again)).result).toMatchObject({ outcome: 'duplicate' });
    const later = await load(
      'drivers_3.csv',
      HEADER + driver('a') + driver('b', 'Bea') + driver('b', 'Bea', '2026-02-01T00:00:00Z'),
    );
    expect(await countsOf(later)).toMatchObject({ records: 3, loaded: 1, unchanged: 1, conflicting: 1 });
    expect((await rig.unload(file)).result).toMatchObject({ rows: 2, skippedBy: [later.id] });
    await rig.reload(await rig.runAgain(file));
    expect(
      await rig.rowsOf('SELECT DISTINCT ON (driver_id) driver_id AS id, name FROM drivers ORDER BY 1, changed_at DESC'),
    ).toEqual([
      { id: 'a', name: 'Ann' },
      { id: 'b', name: 'Bea' },
    ]);
  });

  it('shares the transaction of small files of all kinds', async () => {
    const files = [
      await rig.dropSample(DRIVERS_SAMPLE),
      await rig.drop('fuel_1.csv', 'vehicle;litres;stops;full\nv;1;;yes\n'),
      await rig.drop('drivers_1.csv', HEADER + driver('a') + 'bad\n'),
      await rig.drop('vehicles_status_1.json', { vehicle_status: [] }),
    ];
    const outcomes = await rig.loadTogether(files);
    expect(outcomes.map(({ status }) => status)).toEqual(files.map(() => 'fulfilled'));
    expect(await rig.rowsOf('SELECT count(DISTINCT xmin::text)::int AS n FROM millrace.arrivals')).toEqual([{ n: 1 }]);
    expect(await ids()).toEqual(['a', 'd-1001', 'd-1002', 'd-1003']);
    expect(await rig.rowsOf('SELECT file_id FROM public.rejects')).toEqual([{ file_id: files[2]?.id }]);
  });
});

describe.each([{ threads: true }, { threads: false }])('a large CSV file, with threads: $threads', ({ threads }) => {
  let large: LoadingRig;
  beforeAll(async () => {
    large = await LoadingRig.open({ threads });
  });
  afterAll(() => large.close());
  beforeEach(() => large.reset());

  const DRIVERS = 90_000;
  const rows = Array.from({ length: DRIVERS }, (_, n) =>
    n % 20_000 === 19_999
      ? 'bad\n'
      : driver(`d${String(n)}`, n % 7 === 0 ? `"Ann, ""${String(n)}""\n"` : `Ann ${String(n)}`),
  );

  it(
    'loads whole beside what is bad, and adds only what is missing the second time',
    { timeout: 120_000 },
    async () => {
      const counts = async ({ id }: DroppedFile) => (await new FileQueries(large.database).find(id))?.counts;
      const file = await large.drop('drivers_1.csv', HEADER + rows.join(''));
      await large.load(file);
      expect(await counts(file)).toMatchObject({
        records: DRIVERS,
        loaded: DRIVERS - 4,
        rejected: 4,
        rows: DRIVERS - 4,
      });
      expect(await large.rowsOf(`SELECT name FROM drivers WHERE driver_id = 'd49'`)).toEqual([{ name: 'Ann, "49"\n' }]);
      expect(large.progress).toContain('90000 records, 4 rejected');
      const wider = await large.drop('drivers_2.csv', HEADER + rows.join('') + driver('new'));
      await large.load(wider);
      expect(await counts(wider)).toMatchObject({ loaded: 1, unchanged: DRIVERS - 4, rejected: 4 });
    },
  );
});
