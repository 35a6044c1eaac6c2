import type { Database } from '../database.js';
import { ANY_ENDS, DROP_OLD_STATISTICS, FOLD_ENDS, TRY_STATISTICS_LOCK } from './fold-ends.sql.js';
import { SAMPLE_QUEUES } from './queue-depths.sql.js';
import type { StatisticRow } from './statistics-queries.repository.js';

/** Rows that one transaction folds at most. */
const PAGE = 5_000;
/** Milliseconds between two samples of the queues. */
const SAMPLE_MS = 15_000;
/** Times as long as it took that a sample is followed by none. */
const SAMPLE_REST = 20;
/** Milliseconds between two deletions of what is old. */
const DROP_MS = 10 * 60_000;

/** Is told of ends that were folded, once each over all processes, after the commit. */
export type OnFolded = (counts: readonly StatisticRow[]) => void;

/** Keeps the statistics of runs (ADR 11): folds what their ends have told, and samples how many are on their way. */
export class RunStatistics {
  #nextSample = 0;
  #nextDrop = 0;

  constructor(
    private readonly database: Database,
    private readonly onFolded: OnFolded = () => undefined,
  ) {}

  async runOnce(): Promise<void> {
    if (await this.#isAnyToFold()) while ((await this.#foldPage()) === PAGE);
    const now = performance.now();
    if (now >= this.#nextSample) {
      await this.database.query(SAMPLE_QUEUES);
      // Slow beside a transaction that is open for long: the index keeps an entry of each run that has finished since.
      this.#nextSample = now + Math.max(SAMPLE_MS, SAMPLE_REST * (performance.now() - now));
    }
    if (now >= this.#nextDrop) {
      this.#nextDrop = now + DROP_MS;
      await this.database.query(DROP_OLD_STATISTICS);
    }
  }

  async #isAnyToFold(): Promise<boolean> {
    const { rows } = await this.database.query<{ any: boolean }>(ANY_ENDS);
    return rows[0]?.any === true;
  }

  /** Gives how many rows it has folded; none when another process is at it. */
  async #foldPage(): Promise<number> {
    const rows = await this.database.transaction(async (transaction) => {
      const { rows: lock } = await transaction.query<{ locked: boolean }>(TRY_STATISTICS_LOCK);
      if (lock[0]?.locked !== true) return [];
      return (await transaction.query<StatisticRow & { taken: number }>(FOLD_ENDS, [PAGE])).rows;
    });
    this.onFolded(rows);
    return rows[0]?.taken ?? 0;
  }
}
