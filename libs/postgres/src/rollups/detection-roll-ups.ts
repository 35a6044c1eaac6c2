import type { Database, Transaction } from '../database.js';
import {
  FOLD_DAY,
  FOLD_HOUR,
  FORGET_DAY,
  FORGET_HOUR,
  IS_DAY_AT_REST,
  NEXT_CHANGED_HOUR,
  TAKE_MARKS,
  TRY_ROLL_UP_LOCK,
} from './fold-hours.sql.js';

/** When a changed hour is folded. */
export interface FoldingPace {
  /** Milliseconds without a change after which it is. @default 5000 */
  readonly restMs?: number;
  /** Milliseconds after its first change after which it is, though files still come. @default 60000 */
  readonly overdueMs?: number;
}

/**
 * Keeps the roll-ups of detections (ADR 14): counts the hours that changed anew from their events, and their days from the
 * hours. Until then the views count such an hour from its events: they are exact at any time.
 */
export class DetectionRollUps {
  private readonly pace: Required<FoldingPace>;

  constructor(
    private readonly database: Database,
    { restMs = 5_000, overdueMs = 60_000 }: FoldingPace = {},
  ) {
    this.pace = { restMs, overdueMs };
  }

  /**
   * Folds every hour that is due, each in a transaction of its own; none when another process is at it. Whether there is
   * one is asked outside of it first: mostly there is none.
   */
  async runOnce(): Promise<void> {
    if ((await this.nextHour(this.database)) === undefined) return;
    while (await this.database.transaction((transaction) => this.foldNext(transaction)));
  }

  private async nextHour(database: Pick<Database, 'query'>): Promise<string | undefined> {
    const { restMs, overdueMs } = this.pace;
    const { rows } = await database.query<{ hour: string }>(NEXT_CHANGED_HOUR, [restMs, overdueMs]);
    return rows[0]?.hour;
  }

  private async foldNext(transaction: Transaction): Promise<boolean> {
    const { rows: lock } = await transaction.query<{ locked: boolean }>(TRY_ROLL_UP_LOCK);
    if (lock[0]?.locked !== true) return false;
    const hour = await this.nextHour(transaction);
    if (hour === undefined) return false;
    await transaction.query(TAKE_MARKS, [hour]);
    await transaction.query(FORGET_HOUR, [hour]);
    await transaction.query(FOLD_HOUR, [hour]);
    const { rows: day } = await transaction.query<{ atRest: boolean }>(IS_DAY_AT_REST, [hour]);
    if (day[0]?.atRest !== true) return true;
    await transaction.query(FORGET_DAY, [hour]);
    await transaction.query(FOLD_DAY, [hour]);
    return true;
  }
}
