import { type Feed, FILE_ID, type FeedTable, type RowTarget, type TableColumn } from '@millrace/ingest';
import { DatabaseError } from 'pg';
import type { Database, Transaction } from '../../database.js';
import { FeedTableNotMadeError, FeedTableUnfitError } from './feed-table.errors.js';
import { addColumn, createFileIndex, createTable, DESCRIBE_TABLE, SQL_TYPES } from './feed-table.sql.js';

/** What stands under a table's name. */
interface Standing {
  readonly kind: string;
  readonly columns: readonly StandingColumn[];
  /** The columns of each unique key, sorted. */
  readonly keys: readonly (readonly string[])[];
}

interface StandingColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Whether PostgreSQL gives it a value when a row has none. */
  readonly filled: boolean;
}

/** Ordinary and partitioned. */
const TABLE_KINDS = ['r', 'p'];
/** A load that is under way holds its table: whoever wants to widen it would hold up all others behind it. */
const LIMITS = `SET LOCAL lock_timeout = '5s'`;
const ONE_AT_A_TIME = `SELECT pg_advisory_xact_lock(hashtext('millrace.feed-tables'))`;

/** A table that cannot be loaded into. */
export interface UnusableTable {
  readonly table: FeedTable;
  readonly why: FeedTableUnfitError | FeedTableNotMadeError;
}

/**
 * Makes the tables that feeds declare as their own, adds columns that may be empty, and compares what is there with its
 * declaration. All or nothing, but for those that are spared; processes that do it at once wait for each other.
 * @param spared targets that are given back when they cannot be loaded into, and harm no other
 * @throws FeedTableUnfitError when another table is otherwise than declared, FeedTableNotMadeError when the server refuses one
 */
export async function prepareFeedTables(
  database: Database,
  feeds: readonly Pick<Feed, 'target'>[],
  spared: ReadonlySet<RowTarget> = new Set(),
): Promise<readonly UnusableTable[]> {
  const targets = new Set(feeds.map(({ target }) => target));
  const tables = [...targets].filter((target) => typeof target !== 'string');
  if (tables.length === 0) return [];
  return database.transaction(async (transaction) => {
    await transaction.query(LIMITS);
    await transaction.query(ONE_AT_A_TIME);
    const unusable: UnusableTable[] = [];
    for (const table of tables) {
      if (spared.has(table)) unusable.push(...(await tryToPrepare(transaction, table)));
      else await prepareFeedTable(transaction, table);
    }
    return unusable;
  });
}

/** Gives the table itself when it cannot be loaded into; it is left as it was. */
async function tryToPrepare(transaction: Transaction, table: FeedTable): Promise<readonly UnusableTable[]> {
  await transaction.query('SAVEPOINT spared_table');
  try {
    await prepareFeedTable(transaction, table);
    return [];
  } catch (why) {
    if (!(why instanceof FeedTableUnfitError || why instanceof FeedTableNotMadeError)) throw why;
    await transaction.query('ROLLBACK TO SAVEPOINT spared_table');
    return [{ table, why }];
  }
}

/** The same for one table. @throws as `prepareFeedTables` */
export async function prepareFeedTable(transaction: Transaction, table: FeedTable): Promise<void> {
  const { rows } = await transaction.query<Standing & { [column: string]: unknown }>(DESCRIBE_TABLE, [table.name]);
  const [standing] = rows;
  if (!standing) return make(transaction, table);
  const missing = missingColumns(table, standing);
  const faults = [...faultsOf(table, standing), ...missing.filter(({ nullable }) => !nullable).map(lacks)];
  if (faults.length > 0) throw new FeedTableUnfitError(table.name, faults);
  for (const column of missing) await define(transaction, table, addColumn(table, column));
}

/** Beside a key the index costs a load nothing that can be measured; without one it would be the only index. */
async function make(transaction: Transaction, table: FeedTable): Promise<void> {
  await define(transaction, table, createTable(table));
  if (table.key.length > 0) await define(transaction, table, createFileIndex(table));
}

async function define(transaction: Transaction, { name }: FeedTable, statement: string): Promise<void> {
  try {
    await transaction.query(statement);
  } catch (error) {
    throw error instanceof DatabaseError ? new FeedTableNotMadeError(name, statement, error) : error;
  }
}

function missingColumns({ columns }: FeedTable, standing: Standing): readonly TableColumn[] {
  return columns.filter(({ name }) => !standing.columns.some((column) => column.name === name));
}

function lacks({ name, type }: TableColumn): string {
  return `lacks the column "${name}" (only one that may be empty is added by itself: "${type}?")`;
}

/** The ends of sentences that begin with the table. */
function faultsOf(table: FeedTable, { kind, columns, keys }: Standing): string[] {
  if (!TABLE_KINDS.includes(kind)) return ['is no table'];
  const faults: string[] = [];
  if (!columns.some(({ name, type }) => name === FILE_ID && type === 'uuid')) {
    faults.push(`lacks the column ${FILE_ID} of type uuid, which names the file that gave a row`);
  }
  for (const { name, type, required, filled } of columns) {
    if (name === FILE_ID) continue;
    const declared = table.columns.find((column) => column.name === name);
    if (!declared) {
      if (required && !filled) faults.push(`has a column "${name}", which is not declared and may not be empty`);
      continue;
    }
    if (type !== SQL_TYPES[declared.type]) {
      faults.push(`has "${name}" as ${type}, declared as ${SQL_TYPES[declared.type]}`);
    }
    if (required && declared.nullable) faults.push(`has "${name}" as NOT NULL, declared as one that may be empty`);
  }
  return [...faults, ...keyFaults(table, keys)];
}

/** A unique key of undeclared columns is nobody's concern here: PostgreSQL fills those. */
function keyFaults({ columns, key }: FeedTable, keys: Standing['keys']): string[] {
  const declared = [...key].sort();
  const isDeclared = (other: readonly string[]) => other.join() === declared.join();
  const faults = keys
    .filter((other) => !isDeclared(other) && other.every((name) => columns.some((column) => column.name === name)))
    .map((other) => `is unique by ${other.join(', ')}, which is not declared as its key`);
  if (key.length > 0 && !keys.some(isDeclared)) faults.push(`is not unique by its key, ${key.join(', ')}`);
  return faults;
}
