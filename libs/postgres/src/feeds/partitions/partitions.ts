import { FileRefusedError } from '@millrace/ingest';
import type { SqlExecutor, Transaction } from '../../database.js';
import { ADD_PARTITIONS, FIND_KEPT_FROM, LIST_PARTITIONS, lockForLoad } from './partitions.sql.js';
import { ExpiredMeanwhileError } from './partitions.errors.js';

/** A table of loaded data that has a partition for each week. */
export type PartitionedTable = 'detection_events' | 'status_reports';

const HOURS_A_WEEK = 168;
/** The first Monday of 2000, in hours of that year. */
const FIRST_MONDAY = 48;
const MS_AN_HOUR = 3_600_000;
const MS_TO_2000 = Date.UTC(2000, 0);

/** The weeks of hours, both counted in hours since 2000: a week by the hour at which it begins. */
export function weeksOf(hours: Iterable<number>): ReadonlySet<number> {
  const weeks = new Set<number>();
  for (const hour of hours) weeks.add(Math.floor((hour - FIRST_MONDAY) / HOURS_A_WEEK) * HOURS_A_WEEK + FIRST_MONDAY);
  return weeks;
}

/** Since when rows of a table are kept, in milliseconds since 1970; undefined: all are. */
export async function keptFrom(executor: SqlExecutor, table: PartitionedTable): Promise<number | undefined> {
  const { rows } = await executor.query<{ keptFromMs: number }>(FIND_KEPT_FROM, [table]);
  return rows[0]?.keptFromMs;
}

/** Where new partitions are made. */
export interface NewPartitions {
  query(text: string, params: unknown[]): Promise<unknown>;
}

/** What a load needs of partitions. */
export type PartitionsOfLoad = Pick<Partitions, 'keptFromMs' | 'missing' | 'add' | 'lookAgain'>;

/** The partitions of one table, as the transaction of one load sees and needs them (F6). */
export class Partitions {
  /** Of a table that has none: whatever the hours, none are missing. */
  static readonly none: PartitionsOfLoad = {
    keptFromMs: undefined,
    missing: () => [],
    add: async () => undefined,
    lookAgain: async () => undefined,
  };

  private readonly added = new Set<number>();

  private constructor(
    private readonly transaction: Transaction,
    private readonly table: PartitionedTable,
    private readonly connection: NewPartitions,
    /** Records of before are not loaded, in milliseconds since 1970; undefined: all are. */
    readonly keptFromMs: number | undefined,
    private weeks: ReadonlySet<number>,
    private readonly most: number,
  ) {}

  /**
   * @param connection apart from the transaction, so that they are committed at once; the transaction itself: its own partitions,
   *   gone with a rollback
   * @param most that may be added. @default any number
   */
  static async within(
    transaction: Transaction,
    table: PartitionedTable,
    connection: NewPartitions,
    most = Infinity,
  ): Promise<Partitions> {
    await transaction.query(lockForLoad(table));
    const { keptFromMs, weeks } = await list(transaction, table);
    return new Partitions(transaction, table, connection, keptFromMs ?? undefined, new Set(weeks), most);
  }

  /** Sees which there are after a rollback to a savepoint, which takes those along that the transaction itself had made. */
  async lookAgain(): Promise<void> {
    this.weeks = new Set((await list(this.transaction, this.table)).weeks);
  }

  /** The weeks of these hours that have no partition yet. */
  missing(hours: Iterable<number>): readonly number[] {
    return [...weeksOf(hours)].filter((week) => !this.weeks.has(week));
  }

  /**
   * Makes partitions for weeks, committed at once: a load that is rolled back leaves them empty. No COPY may be open in
   * the transaction.
   * @throws FileRefusedError when they are more than may be added, with those that were added before
   * @throws ExpiredMeanwhileError when one is older than what is kept
   */
  async add(weeks: readonly number[]): Promise<void> {
    if (weeks.length === 0) return;
    const { keptFromMs, most } = this;
    for (const week of weeks) this.added.add(week);
    if (this.added.size > most) throw tooMany(most);
    if (keptFromMs !== undefined && weeks.some((week) => MS_TO_2000 + week * MS_AN_HOUR < keptFromMs)) {
      throw new ExpiredMeanwhileError(this.table);
    }
    await this.connection.query(ADD_PARTITIONS, [this.table, weeks]);
    this.weeks = new Set([...this.weeks, ...weeks]);
  }
}

async function list(transaction: Transaction, table: PartitionedTable) {
  const { rows } = await transaction.query<{ keptFromMs: number | null; weeks: number[] }>(LIST_PARTITIONS, [table]);
  const [listed] = rows as [{ keptFromMs: number | null; weeks: number[] }];
  return listed;
}

function tooMany(most: number): FileRefusedError {
  const message =
    `The times of its records lie so far apart that they need more than ${String(most)} new partitions of a week. ` +
    `If they are meant, raise the feed's accepts.newPartitions.`;
  return new FileRefusedError('MR_TOO_MANY_PARTITIONS', message);
}
