import { FILE_ID, type ColumnType, type FeedTable, type TableColumn } from '@millrace/ingest';

/** The type of each column as PostgreSQL calls it (`format_type`). */
export const SQL_TYPES: { readonly [Type in ColumnType]: string } = {
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamptz: 'timestamp with time zone',
  jsonb: 'jsonb',
};

/** A name that no column can have. */
const ORDINAL = '#';

/** `defineTable` lets letters, digits and `_` pass alone; quoted, words of SQL's own are names too. */
const quote = (name: string) => `"${name}"`;
const list = (names: readonly string[]) => names.map(quote).join(', ');
const relation = ({ name }: FeedTable) => `public.${quote(name)}`;
const staged = ({ name }: FeedTable) => `pg_temp.${quote(`staged_rows_of_${name}`)}`;
const allColumns = ({ columns }: FeedTable) => list([...columns.map(({ name }) => name), FILE_ID]);
const rowOf = (alias: string, { columns }: FeedTable) =>
  `ROW(${columns.map(({ name }) => `${alias}.${quote(name)}`).join(', ')})`;
/** Says in `pg_stat_activity` what is done to which table. Not the name of a prepared statement: another table's text is another. */
const named = (verb: string, { name }: FeedTable) => `/* feed-table.${verb} of ${name} */`;
const define = ({ name, type, nullable }: TableColumn) =>
  `${quote(name)} ${SQL_TYPES[type]}${nullable ? '' : ' NOT NULL'}`;

/** `file_id` has no foreign key, which would be checked row by row, and no B-tree, which every load would pay for. */
export function createTable(table: FeedTable): string {
  const lines = [...table.columns.map(define), `${quote(FILE_ID)} uuid NOT NULL`];
  if (table.key.length > 0) lines.push(`PRIMARY KEY (${list(table.key)})`);
  return `${named('create', table)} CREATE TABLE ${relation(table)} (\n  ${lines.join(',\n  ')}\n)`;
}

/**
 * By blocks of the table (BRIN): the rows of one file lie together, and the ids of files rise with time. Ranges that have filled up
 * are summarized by autovacuum; the last ones are read until then.
 */
export function createFileIndex(table: FeedTable): string {
  return `${named('index', table)} CREATE INDEX ON ${relation(table)} USING brin (${quote(FILE_ID)}) WITH (pages_per_range = 32, autosummarize = on)`;
}

export function addColumn(table: FeedTable, column: TableColumn): string {
  return `${named('add-column', table)} ALTER TABLE ${relation(table)} ADD COLUMN ${define(column)}`;
}

export function copyRows(table: FeedTable): string {
  return `${named('copy', table)} COPY ${relation(table)} (${allColumns(table)}) FROM STDIN (FORMAT binary)`;
}

export function createStagedRows(table: FeedTable): string {
  const columns = [...table.columns.map(define), `${quote(FILE_ID)} uuid NOT NULL`];
  return `${named('stage', table)} CREATE TEMP TABLE ${quote(`staged_rows_of_${table.name}`)} (
  ${quote(ORDINAL)} bigint GENERATED ALWAYS AS IDENTITY,
  ${columns.join(',\n  ')}
)`;
}

/** At once, and not at the end of the transaction: a group may write to one table more than once. */
export function dropStagedRows(table: FeedTable): string {
  return `${named('drop-staged', table)} DROP TABLE ${staged(table)}`;
}

export function copyStagedRows(table: FeedTable): string {
  return `${named('copy-staged', table)} COPY ${staged(table)} (${allColumns(table)}) FROM STDIN (FORMAT binary)`;
}

/** Of equal keys the first that came; in key order, so that two files do not deadlock. */
export function addMissingRows(table: FeedTable): string {
  const [columns, key] = [allColumns(table), list(table.key)];
  return `${named('add-missing', table)} WITH wanted AS (
  SELECT DISTINCT ON (${key}) ${columns} FROM ${staged(table)} ORDER BY ${key}, ${quote(ORDINAL)}
), added AS (
  INSERT INTO ${relation(table)} (${columns})
  SELECT ${columns} FROM wanted ORDER BY ${key}
  ON CONFLICT (${key}) DO NOTHING
  RETURNING ${quote(FILE_ID)}
)
SELECT ${quote(FILE_ID)} AS "fileId", count(*)::int AS rows FROM added GROUP BY 1`;
}

/** A statement of its own: its snapshot sees what others committed while the last one waited for them. */
export function countEqualRows(table: FeedTable): string {
  return `${named('count-equal', table)} SELECT staged.${quote(FILE_ID)} AS "fileId", count(*)::int AS rows
FROM ${staged(table)} AS staged JOIN ${relation(table)} AS kept USING (${list(table.key)})
WHERE ${rowOf('kept', table)} IS NOT DISTINCT FROM ${rowOf('staged', table)}
GROUP BY 1`;
}

/** The key of a row that is there with other values. */
export function findConflict(table: FeedTable): string {
  const key = list(table.key);
  return `${named('find-conflict', table)} SELECT row_to_json(key)::text AS key
FROM ${staged(table)} AS staged JOIN ${relation(table)} AS kept USING (${key}), LATERAL (SELECT ${key}) AS key
WHERE ${rowOf('kept', table)} IS DISTINCT FROM ${rowOf('staged', table)}
LIMIT 1`;
}

/** By the index of blocks where there is one, else by reading the whole table. */
export function deleteRows(table: FeedTable): string {
  return `${named('delete', table)} DELETE FROM ${relation(table)} WHERE ${quote(FILE_ID)} = $1`;
}

/** What stands under a table's name, if anything: its kind, columns and unique keys. */
export const DESCRIBE_TABLE = `/* feed-tables.describe */
SELECT
  class.relkind::text AS kind,
  (
    SELECT json_agg(json_build_object(
      'name', attname, 'type', format_type(atttypid, atttypmod), 'required', attnotnull,
      'filled', atthasdef OR attidentity <> '' OR attgenerated <> ''
    ) ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped
  ) AS columns,
  (
    SELECT coalesce(json_agg((
      SELECT json_agg(attname ORDER BY attname) FROM pg_attribute
      WHERE attrelid = class.oid AND attnum = ANY ((index.indkey::int2[])[0 : index.indnkeyatts - 1])
    )), '[]')
    FROM pg_index AS index
    WHERE index.indrelid = class.oid AND index.indisunique AND index.indisvalid
      AND index.indpred IS NULL AND index.indexprs IS NULL AND index.indimmediate
  ) AS keys
FROM pg_class AS class
WHERE class.relnamespace = 'public'::regnamespace AND class.relname = $1`;
