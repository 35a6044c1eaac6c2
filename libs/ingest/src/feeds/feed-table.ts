import { COLUMN_TYPES, type ColumnType, type ColumnValue } from './column-type.js';
import { assertKnownOptions, type KnownOptions } from './known-options.js';

/** A column's type; one that ends in `?` may be empty: `timestamptz?`. */
export type ColumnDeclaration = ColumnType | `${ColumnType}?`;

type ColumnDeclarations = Readonly<Record<string, ColumnDeclaration>>;

/** What becomes of a row whose key is there already with other values. */
type ConflictRule = 'keep' | 'refuse';

/** What `defineTable` takes. */
export interface TableDefinition<Columns extends ColumnDeclarations> {
  /** Lower-case letters, digits and `_`, 1 to 40 characters: `drivers`. It stands in the schema `public`. */
  name: string;
  /** By name, as `name` is written, up to 63 characters; `file_id` is there by itself. */
  columns: Columns;
  /** Columns that tell a row from all others. @default none: every record is a row */
  key?: readonly (keyof Columns & string)[];
  /**
   * A row whose key is there already with the same values is counted as `unchanged`. With other values: `keep` what was
   * there first and count it as `conflicting`, or `refuse` the whole file.
   * @default 'keep'
   */
  onConflict?: ConflictRule;
}

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether it may be empty. */
  readonly nullable: boolean;
}

/** Where the type of a table's rows is kept; nothing ever stands there. */
declare const ROW: unique symbol;

/** A table of a feed's own. */
export interface FeedTable<Row = unknown> {
  readonly name: string;
  /** In their order; without `file_id`. */
  readonly columns: readonly TableColumn[];
  /** Empty when every record is a row. */
  readonly key: readonly string[];
  readonly onConflict: ConflictRule;
  readonly [ROW]?: Row;
}

type Empty<Columns> = { [Name in keyof Columns]: Columns[Name] extends `${string}?` ? Name : never }[keyof Columns];
type ValueOf<Declaration> = Declaration extends ColumnType
  ? ColumnValue<Declaration>
  : Declaration extends `${infer Type extends ColumnType}?`
    ? ColumnValue<Type> | null | undefined
    : never;

/** A row of a table by its columns; what is not there is NULL. */
export type TableRow<Columns extends ColumnDeclarations> = {
  readonly [Name in Exclude<keyof Columns, Empty<Columns>>]: ValueOf<Columns[Name]>;
} & { readonly [Name in Empty<Columns>]?: ValueOf<Columns[Name]> };

/** Room for `staged_rows_of_` before it, in PostgreSQL's 63 bytes. */
const MAX_TABLE_NAME = 40;
const MAX_COLUMN_NAME = 63;
/** PostgreSQL's limit is 1,600, less with wide types. */
const MAX_COLUMNS = 1_000;
const IDENTIFIER = /^[a-z_][a-z0-9_]*$/;
/** Names the file that gave a row: `files.id`. */
export const FILE_ID = 'file_id';
/** PostgreSQL's own columns of every table. */
const RESERVED = new Set([FILE_ID, 'tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

const OPTIONS: KnownOptions<TableDefinition<ColumnDeclarations>> = {
  name: true,
  columns: true,
  key: true,
  onConflict: true,
};

/**
 * Declares a table of a feed's own: its `target`. A worker makes it at boot, or checks the one that is there.
 * @throws TypeError naming what is malformed
 */
export function defineTable<const Columns extends ColumnDeclarations>(
  definition: TableDefinition<Columns>,
): FeedTable<TableRow<Columns>> {
  assertKnownOptions('a table', definition, OPTIONS);
  const { name, columns, key = [], onConflict = 'keep' } = definition;
  if (typeof name !== 'string' || !IDENTIFIER.test(name) || name.length > MAX_TABLE_NAME || name.startsWith('pg_')) {
    throw new TypeError(
      `"${String(name)}" is no name of a feed's table. Use 1 to ${String(MAX_TABLE_NAME)} lower-case letters, digits and "_": "drivers".`,
    );
  }
  if (typeof columns !== 'object' || !(key instanceof Array)) {
    throw new TypeError(
      `Table "${name}" needs columns by name, { driver: 'text' }, and its key as a list, ['driver'].`,
    );
  }
  const table = {
    name,
    columns: Object.entries(columns).map(([column, declaration]) => toColumn(name, column, declaration)),
    key: [...key],
    onConflict,
  };
  if (table.columns.length === 0 || table.columns.length > MAX_COLUMNS) {
    throw new TypeError(
      `Table "${name}" has ${String(table.columns.length)} columns; give 1 to ${String(MAX_COLUMNS)}.`,
    );
  }
  assertKey(table);
  return Object.freeze(table);
}

/** A value that its column cannot take. */
export interface Misfit {
  readonly column: string;
  /** The end of a sentence that begins with the row. */
  readonly why: string;
}

/** The first of a row's values that its column cannot take; undefined when all fit. */
export function misfitIn({ columns }: FeedTable, row: object): Misfit | undefined {
  const values = row as Readonly<Record<string, unknown>>;
  for (const { name, type, nullable } of columns) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) {
      if (!nullable) return { column: name, why: `has nothing for the column "${name}"` };
      continue;
    }
    const { fits, takes } = COLUMN_TYPES[type];
    if (!fits(value)) return { column: name, why: `does not fit the column "${name}", which takes ${takes}` };
  }
  return undefined;
}

function toColumn(table: string, name: string, declaration: string): TableColumn {
  if (!IDENTIFIER.test(name) || name.length > MAX_COLUMN_NAME || RESERVED.has(name)) {
    throw new TypeError(
      `Table "${table}" cannot have a column "${name}". Use 1 to ${String(MAX_COLUMN_NAME)} lower-case letters, digits and "_"; ${[...RESERVED].join(', ')} are taken.`,
    );
  }
  const nullable = declaration.endsWith('?');
  const type = nullable ? declaration.slice(0, -1) : declaration;
  if (!Object.hasOwn(COLUMN_TYPES, type)) {
    throw new TypeError(
      `"${declaration}" is no type for ${table}.${name}. Give ${Object.keys(COLUMN_TYPES).join(', ')}; with "?" behind it, it may be empty.`,
    );
  }
  return { name, type: type as ColumnType, nullable };
}

function assertKey({ name, columns, key, onConflict }: FeedTable): void {
  for (const [index, part] of key.entries()) {
    const column = columns.find((candidate) => candidate.name === part);
    if (!column || column.nullable || column.type === 'jsonb' || key.indexOf(part) < index) {
      throw new TypeError(
        `"${part}" cannot be in the key of table "${name}". Name columns of it, each once, that are neither jsonb nor may be empty.`,
      );
    }
  }
  // It may come from JavaScript.
  if (!['keep', 'refuse'].includes(onConflict)) {
    throw new TypeError(`onConflict of table "${name}" is "${onConflict as string}"; give "keep" or "refuse".`);
  }
  if (key.length === 0 && onConflict !== 'keep') {
    throw new TypeError(`Table "${name}" has no key: without one no row conflicts with another. Leave onConflict out.`);
  }
}
