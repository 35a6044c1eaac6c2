import { databaseText, defineFeed, defineTable, timestamp } from '@millrace/ingest';
import type { Completion } from '@millrace/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FileQueries } from '../file-queries.js';
import { type DroppedFile, LoadingRig } from '../loading-rig.contract.js';

const stops = defineTable({
  name: 'stops',
  columns: {
    stop: 'text',
    at: 'timestamptz',
    passengers: 'integer',
    // A word of SQL's own.
    order: 'bigint?',
    fare: 'double?',
    late: 'boolean?',
    planned: 'date?',
    doors: 'jsonb?',
  },
  key: ['stop', 'at'],
});
const stop = z.object({
  stop: databaseText(40),
  at: timestamp,
  passengers: z.number(),
  order: z.string().transform(BigInt).optional(),
  fare: z.number().nullish(),
  late: z.boolean().nullish(),
  planned: z.string().nullish(),
  doors: z.json().nullish(),
});
const tramStops = defineFeed({
  id: 'tram-stops',
  fileName: 'stops_[timestamp].json',
  record: stop,
  target: stops,
  toRow: (record) => record,
});
const busStops = defineFeed({
  id: 'bus-stops',
  fileName: 'bus_[timestamp].json',
  records: '/stops',
  record: stop,
  target: stops,
  toRow: (record) => record,
});
const strict = defineFeed({
  id: 'tickets',
  fileName: 'tickets_[timestamp].json',
  record: z.object({ id: z.int32(), price: z.number() }),
  target: defineTable({
    name: 'tickets',
    columns: { id: 'integer', price: 'double' },
    key: ['id'],
    onConflict: 'refuse',
  }),
  toRow: (ticket) => ticket,
});
const notes = defineFeed({
  id: 'notes',
  fileName: 'notes_[timestamp].json',
  record: z.object({ text: z.string() }),
  target: defineTable({ name: 'notes', columns: { text: 'text' } }),
  toRow: (note) => note,
});

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open({ feeds: [tramStops, busStops, strict, notes] });
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const AT = '2026-11-28T08:00:00.123456Z';
const full = {
  stop: 'Dom',
  at: AT,
  passengers: -7,
  fare: 2.5,
  late: true,
  planned: '2026-02-28',
  doors: { open: ['a'] },
};
const stopsAt = (passengers: number, ...names: string[]) => names.map((name) => ({ stop: name, at: AT, passengers }));
const countsOf = async ({ id }: DroppedFile) => (await new FileQueries(rig.database).find(id))?.counts;
const names = async () =>
  (await rig.rowsOf('SELECT stop FROM stops ORDER BY 1')).map(({ stop: name }) => name as string);

async function load(name: string, content: unknown): Promise<DroppedFile> {
  const file = await rig.drop(name, content);
  await rig.load(file);
  return file;
}

describe('a feed with a table of its own', () => {
  it('keeps every value exactly, and nothing as NULL', async () => {
    const file = await load('stops_1.json', [{ ...full, order: '9223372036854775807' }, ...stopsAt(1, 'Zoo')]);
    expect(
      await rig.rowsOf(`SELECT stop, at = '${AT}' AS same, passengers, "order", fare, late, planned::text, doors, file_id
                        FROM stops ORDER BY stop`),
    ).toEqual([
      {
        ...{ stop: 'Dom', same: true, passengers: -7, order: '9223372036854775807', fare: 2.5, late: true },
        ...{ planned: '2026-02-28', doors: { open: ['a'] }, file_id: file.id },
      },
      {
        ...{ stop: 'Zoo', same: true, passengers: 1, order: null, fare: null, late: null, planned: null, doors: null },
        file_id: file.id,
      },
    ]);
    expect(await rig.rowsOf('SELECT name FROM stops JOIN files ON files.id = file_id WHERE stop = $$Zoo$$')).toEqual([
      { name: 'stops_1.json' },
    ]);
  });

  it('sets aside a record whose row does not fit, naming the column, and loads the rest', async () => {
    const bad = [
      { passengers: 1.5 },
      { passengers: 2 ** 31 },
      { planned: '2026-02-30' },
      { order: '9223372036854775808' },
      { doors: '\u0000' },
    ];
    const file = await load('stops_1.json', [full, ...bad.map((fields) => ({ ...full, ...fields }))]);
    expect(await countsOf(file)).toMatchObject({ records: 6, loaded: 1, rejected: 5, rows: 1 });
    expect(await rig.rowsOf('SELECT code, pointer FROM rejects ORDER BY index')).toEqual([
      { code: 'MR_ROW_UNFIT', pointer: '/1/passengers' },
      { code: 'MR_ROW_UNFIT', pointer: '/2/passengers' },
      { code: 'MR_ROW_UNFIT', pointer: '/3/planned' },
      { code: 'MR_ROW_UNFIT', pointer: '/4/order' },
      { code: 'MR_ROW_UNFIT', pointer: '/5/doors' },
    ]);
  });

  it('loads a key once, by the file that brought it first, and counts the others', async () => {
    const first = await load('stops_1.json', stopsAt(1, 'a', 'b'));
    const file = await load('stops_2.json', [
      ...stopsAt(1, 'a'),
      ...stopsAt(2, 'b', 'c'),
      ...stopsAt(3, 'c'),
      ...stopsAt(2, 'c'),
    ]);
    expect(await countsOf(file)).toMatchObject({ records: 5, loaded: 1, unchanged: 2, conflicting: 2, rows: 1 });
    expect(await rig.rowsOf('SELECT stop, passengers, file_id FROM stops ORDER BY 1')).toEqual([
      { stop: 'a', passengers: 1, file_id: first.id },
      { stop: 'b', passengers: 1, file_id: first.id },
      { stop: 'c', passengers: 2, file_id: file.id },
    ]);
  });

  it('takes back exactly the rows of a file, which can be loaded again', async () => {
    const file = await load('stops_1.json', stopsAt(1, 'a', 'b'));
    const later = await load('stops_2.json', stopsAt(1, 'b', 'c'));
    expect((await rig.unload(file)).result).toMatchObject({ rows: 2, skippedBy: [later.id] });
    expect(await names()).toEqual(['c']);
    await rig.reload(await rig.runAgain(file));
    expect(await names()).toEqual(['a', 'b', 'c']);
    expect(await countsOf(file)).toMatchObject({ loaded: 2, rows: 2 });
  });

  it('loads the same bytes once', async () => {
    await load('stops_1.json', stopsAt(1, 'a'));
    const again = await rig.drop('stops_2.json', stopsAt(1, 'a'));
    expect((await rig.load(again)).result).toMatchObject({ outcome: 'duplicate', rows: 0 });
    expect(await names()).toEqual(['a']);
  });

  it('without a key makes a row of every record', async () => {
    const file = await load('notes_1.json', [{ text: 'a' }, { text: 'a' }]);
    expect(await countsOf(file)).toMatchObject({ records: 2, loaded: 2, unchanged: 0, rows: 2 });
  });

  it('refuses a file that contradicts what is there, where it is declared so', async () => {
    await load('tickets_1.json', [{ id: 1, price: 2 }]);
    const same = await load('tickets_2.json', [
      { id: 1, price: 2 },
      { id: 2, price: 2 },
    ]);
    expect(await countsOf(same)).toMatchObject({ loaded: 1, unchanged: 1 });
    await expect(
      load('tickets_3.json', [
        { id: 1, price: 3 },
        { id: 3, price: 1 },
      ]),
    ).rejects.toMatchObject({
      code: 'MR_KEY_CONFLICT',
      message: expect.stringContaining('{"id":1}') as string,
    });
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM tickets')).toEqual([{ n: 2 }]);
    expect(await rig.rowsOf("SELECT name FROM files WHERE state = 'quarantined'")).toEqual([
      { name: 'tickets_3.json' },
    ]);
  });
});

describe('small files of such feeds that come together', () => {
  const told = (outcomes: readonly PromiseSettledResult<Completion>[]) =>
    outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? (outcome.value.result as { rows: number }).rows : (outcome.reason as Error).name,
    );
  const transactions = async () => (await rig.rowsOf('SELECT DISTINCT xmin::text FROM millrace.arrivals')).length;

  it('share one transaction, each with its own counts, also where keys repeat among them', async () => {
    const files = [
      await rig.drop('stops_1.json', stopsAt(1, 'a', 'b')),
      await rig.drop('bus_1.json', { stops: stopsAt(1, 'b', 'c') }),
      await rig.drop('notes_1.json', [{ text: 'x' }]),
      await rig.drop('stops_2.json', stopsAt(9, 'a')),
    ];
    expect(told(await rig.loadTogether(files))).toEqual([2, 1, 1, 0]);
    expect(await transactions()).toBe(1);
    expect(await Promise.all(files.map(countsOf))).toMatchObject([
      { loaded: 2, unchanged: 0, conflicting: 0 },
      { loaded: 1, unchanged: 1, conflicting: 0 },
      { loaded: 1 },
      { loaded: 0, unchanged: 0, conflicting: 1 },
    ]);
  });

  it('leave out one that is refused for a conflict', async () => {
    await load('tickets_0.json', [{ id: 1, price: 2 }]);
    const files = [
      await rig.drop('tickets_1.json', [{ id: 2, price: 2 }]),
      await rig.drop('tickets_2.json', [{ id: 1, price: 3 }]),
      await rig.drop('tickets_3.json', [{ id: 3, price: 3 }]),
    ];
    expect(told(await rig.loadTogether(files))).toEqual([1, 'FileRefusedError', 1]);
  });
});
