import { defineFeed, defineTable, type FeedTable } from '@millrace/ingest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../database.js';
import { type DatabaseRig, openDatabaseRig } from '../../database-rig.contract.js';
import { deleteRows } from './feed-table.sql.js';
import { prepareFeedTables } from './prepare-feed-tables.js';

const drivers = defineTable({
  name: 'people',
  columns: { id: 'integer', name: 'text', left: 'date?' },
  key: ['id'],
});
const feedOf = (target: FeedTable, id = 'people') =>
  defineFeed({ id, fileName: 'people_[timestamp].json', record: z.object({}), target, toRow: (record) => record });

describe('the tables that feeds declare', () => {
  let rig: DatabaseRig;
  let database: Database;
  beforeAll(async () => {
    rig = await openDatabaseRig();
    database = rig.database;
  });
  afterAll(() => rig.close());
  afterEach(() => database.query('DROP TABLE IF EXISTS public.people'));

  const prepare = (table: FeedTable = drivers, on = database) => prepareFeedTables(on, [feedOf(table)]);
  const columns = async () => {
    const { rows } = await database.query<{ column: string }>(
      `SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END) AS column
       FROM pg_attribute WHERE attrelid = 'public.people'::regclass AND attnum > 0 ORDER BY attnum`,
    );
    return rows.map(({ column }) => column);
  };
  /** What is said of a table that was made by hand. */
  const faultOf = async (statement: string, table = drivers): Promise<unknown> => {
    await database.query(statement);
    return prepare(table).then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  it('are made, each with the file that gave a row, by any number of workers at once', async () => {
    const other = await rig.connect(2);
    await Promise.all([prepare(), prepare(drivers, other), prepare()]);
    expect(await columns()).toEqual([
      'id integer NOT NULL',
      'name text NOT NULL',
      'left date',
      'file_id uuid NOT NULL',
    ]);
  });

  it('find the rows of one file without reading all of them, where they have a key', async () => {
    await prepare();
    await database.query(`
      INSERT INTO public.people (id, name, file_id)
      SELECT n, 'somebody', ('01930000-0000-7000-8000-' || lpad((n / 5000)::text, 12, '0'))::uuid
      FROM generate_series(1, 100000) AS n`);
    await database.query('VACUUM ANALYZE public.people');
    const { rows } = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN ${deleteRows(drivers).replace('$1', `'01930000-0000-7000-8000-000000000007'`)}`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Bitmap Index Scan on people_file_id_idx');
    expect(plan).not.toContain('Seq Scan');
  });

  it('have no index where they have no key', async () => {
    await prepare(defineTable({ name: 'people', columns: { id: 'integer' } }));
    expect((await database.query(`SELECT FROM pg_index WHERE indrelid = 'public.people'::regclass`)).rows).toEqual([]);
  });

  it('get the columns that were added to their declaration, where these may be empty', async () => {
    await prepare();
    const wider = defineTable({
      name: 'people',
      columns: { id: 'integer', name: 'text', left: 'date?', since: 'timestamptz?' },
      key: ['id'],
    });
    await prepare(wider);
    expect(await columns()).toContain('since timestamp with time zone');
    // A worker of the version before goes on.
    await prepare();
    const required = defineTable({
      name: 'people',
      columns: { id: 'integer', name: 'text', city: 'text' },
      key: ['id'],
    });
    await expect(prepare(required)).rejects.toMatchObject({
      code: 'MR_TABLE_UNFIT',
      message: expect.stringContaining('lacks the column "city"') as string,
    });
  });

  it('may be made by hand, with more columns, keys and partitions than declared', async () => {
    await database.query(`
      CREATE TABLE public.people (
        number bigint GENERATED ALWAYS AS IDENTITY, id integer NOT NULL, name text NOT NULL, "left" date,
        file_id uuid NOT NULL, added timestamptz NOT NULL DEFAULT now(), remark text, PRIMARY KEY (id)
      ) PARTITION BY RANGE (id)`);
    await database.query('CREATE INDEX ON public.people (name)');
    await expect(prepare()).resolves.toEqual([]);
  });

  it.each([
    ['(id bigint PRIMARY KEY, name text, "left" date, file_id uuid)', 'has "id" as bigint, declared as integer'],
    ['(id integer PRIMARY KEY, name text, "left" date NOT NULL, file_id uuid)', 'has "left" as NOT NULL'],
    ['(id integer PRIMARY KEY, name text, "left" date)', 'lacks the column file_id'],
    ['(id integer PRIMARY KEY, name text, "left" date, file_id uuid, x text NOT NULL)', 'has a column "x"'],
    ['(id integer, name text, "left" date, file_id uuid)', 'is not unique by its key, id'],
    ['(id integer UNIQUE, name text UNIQUE, "left" date, file_id uuid)', 'is unique by name, which is not declared'],
    ['(id integer, name text, "left" date, file_id uuid, UNIQUE (id, name))', 'is not unique by its key, id'],
  ])('are refused at boot when they are there as %s', async (definition, fault) => {
    expect(await faultOf(`CREATE TABLE public.people ${definition}`)).toMatchObject({
      code: 'MR_TABLE_UNFIT',
      message: expect.stringContaining(fault) as string,
    });
  });

  it("are refused at boot under a name of Millrace's own", async () => {
    const clash = defineTable({ name: 'files', columns: { id: 'integer' } });
    await expect(prepare(clash)).rejects.toMatchObject({
      code: 'MR_TABLE_UNFIT',
      message: expect.stringContaining('public.files is no table') as string,
    });
  });

  it('are named with the statement that makes them when the server refuses it', async () => {
    await database.query('CREATE TYPE public.people AS (id integer)');
    await expect(prepare()).rejects.toMatchObject({ code: 'MR_TABLE_UNFIT' });
    await database.query('DROP TYPE public.people');
    await database.query(`CREATE DOMAIN public.people AS integer`);
    await expect(prepare()).rejects.toMatchObject({
      code: 'MR_TABLE_NOT_MADE',
      message: expect.stringContaining('CREATE TABLE public."people" ( "id" integer NOT NULL') as string,
    });
    await database.query('DROP DOMAIN public.people');
  });
});
