import type { Logger, Metrics } from '@millrace/telemetry';
import { DatabaseError } from 'pg';
import type { Database, Transaction } from '../database.js';
import type { PartitionedTable } from '../feeds/partitions/partitions.js';
import {
  dropPartition,
  FIND_EXPIRED_PARTITIONS,
  LIMIT_LOCK_WAIT,
  lockWhole,
  MOVE_KEPT_FROM,
  TRY_PARTITION_RETENTION_LOCK,
} from './partition-retention.sql.js';

/** Milliseconds for which loaded data is kept by its own time; undefined: for ever. */
export interface DataAges {
  readonly detectionsMs: number | undefined;
  /** Of the history: the latest status of a vehicle is kept whatever its age. */
  readonly statusesMs: number | undefined;
}

interface ExpiredPartition {
  readonly name: string;
  readonly bytes: number;
  readonly isAwaited: boolean;
}

type Outcome = 'dropped' | 'nothing' | 'later';

const LOCK_NOT_AVAILABLE = '55P03';
/** Milliseconds between the end of a pass and the next. */
const REST_MS = 10 * 60_000;
/** Milliseconds after which a partition is tried again that somebody reads, or that is not rolled up yet. */
const RETRY_MS = 10_000;

/**
 * Drops the weeks of loaded data that are older than their age (F6), a partition a transaction. First the limit is moved,
 * from which on loads count older records as expired; then the table is locked, for half a second at most while others are at
 * it, so that no load is under way that still holds the old limit. A week of events goes when all its hours are rolled up:
 * the roll-ups outlive it.
 */
export class PartitionRetention {
  #restUntil = 0;

  constructor(
    private readonly database: Database,
    private readonly ages: DataAges,
    private readonly logger: Logger,
    private readonly metrics?: Metrics,
  ) {}

  /** Drops what is due; then it does nothing for ten minutes, or ten seconds when something is left. */
  async runOnce(): Promise<void> {
    if (performance.now() < this.#restUntil) return;
    const outcomes = [
      await this.#dropAll('detection_events', this.ages.detectionsMs),
      await this.#dropAll('status_reports', this.ages.statusesMs),
    ];
    this.#restUntil = performance.now() + (outcomes.includes('later') ? RETRY_MS : REST_MS);
  }

  async #dropAll(table: PartitionedTable, ageMs: number | undefined): Promise<Outcome> {
    if (ageMs === undefined) return 'nothing';
    await this.database.query(MOVE_KEPT_FROM, [table, ageMs]);
    for (;;) {
      const outcome = await this.#dropOldest(table);
      if (outcome !== 'dropped') return outcome;
    }
  }

  async #dropOldest(table: PartitionedTable): Promise<Outcome> {
    const looked = await oldestOf(this.database, table);
    if (looked === undefined) return 'nothing';
    if (looked.isAwaited) return 'later';
    try {
      return await this.database.transaction((transaction) => this.#dropWithin(transaction, table));
    } catch (error) {
      if (error instanceof DatabaseError && error.code === LOCK_NOT_AVAILABLE) return 'later';
      throw error;
    }
  }

  async #dropWithin(transaction: Transaction, table: PartitionedTable): Promise<Outcome> {
    const { rows } = await transaction.query<{ locked: boolean }>(TRY_PARTITION_RETENTION_LOCK);
    if (rows[0]?.locked !== true) return 'later';
    await transaction.query(LIMIT_LOCK_WAIT);
    await transaction.query(lockWhole(table));
    // Looked at again: what was loaded or taken back meanwhile is committed now.
    const oldest = await oldestOf(transaction, table);
    if (oldest === undefined) return 'nothing';
    if (oldest.isAwaited) return 'later';
    await transaction.query(dropPartition(oldest.name));
    const { name, bytes } = oldest;
    this.logger.info({ partition: name, bytes }, 'dropped a week of loaded data by its age');
    this.metrics?.count('millrace_partitions_dropped_total', { table });
    return 'dropped';
  }
}

async function oldestOf(
  executor: Pick<Transaction, 'query'>,
  table: PartitionedTable,
): Promise<ExpiredPartition | undefined> {
  const { rows } = await executor.query<{ [Key in keyof ExpiredPartition]: ExpiredPartition[Key] }>(
    FIND_EXPIRED_PARTITIONS,
    [table],
  );
  return rows[0];
}
