import type { Logger } from '@millrace/telemetry';
import type { Database, Transaction } from '../database.js';
import {
  DELETE_DEDUPLICATION_KEYS,
  DELETE_IDEMPOTENCY_KEYS,
  DELETE_SLOTS,
  DELETE_WORKERS,
} from './delete-strays.sql.js';
import { deleteChildren, deleteRoots, findRoots, inBatches, type RootKind } from './delete-trees.js';
import { TRY_RETENTION_LOCK } from './delete-trees.sql.js';

/** Milliseconds after their end for which runs are kept; undefined: for ever. */
export interface RetentionAges {
  readonly succeededMs: number | undefined;
  /** Those that failed or were cancelled. */
  readonly unsuccessfulMs: number | undefined;
}

/** Milliseconds that one turn works at most, so that a stop waits no longer. */
const TURN_MS = 1_000;
/** Milliseconds between the end of a pass over everything and the next. */
const REST_MS = 10 * 60_000;
/** Rows of other tables that one statement deletes at most. */
const BATCH = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Said when another process is at it. */
class ElsewhereError extends Error {}

/**
 * Deletes what is old (protocols R15): whole trees, by their root, once it and all below it have ended; keys that have
 * expired; workers long gone; slots of limits that nobody holds. Files' ledger rows stay.
 *
 * Trees go from the top down, in transactions of 500 runs. The root goes first, so that nobody sees half a tree by it and
 * no retry reopens one; `deleted_parents` says whose children are left, and a pass that was cut off begins with those.
 */
export class RunRetention {
  #pass: AsyncGenerator<number, void> | undefined;
  #deletedRuns = 0;
  #restUntil = 0;

  constructor(
    private readonly database: Database,
    private readonly ages: RetentionAges,
    private readonly logger: Logger,
  ) {}

  /** Works for a second at most; after a whole pass it does nothing for ten minutes. */
  async runOnce(): Promise<void> {
    const started = performance.now();
    while (performance.now() - started < TURN_MS && performance.now() >= this.#restUntil) await this.#step();
  }

  /** One transaction, and as long a pause: half of the time is for others. */
  async #step(): Promise<void> {
    const started = performance.now();
    this.#pass ??= this.#passOver();
    try {
      const { done, value } = await this.#pass.next();
      if (done === true) this.#endPass();
      else this.#deletedRuns += value;
    } catch (error) {
      this.#endPass();
      if (!(error instanceof ElsewhereError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, performance.now() - started));
  }

  #endPass(): void {
    if (this.#deletedRuns > 0) this.logger.info({ runs: this.#deletedRuns }, 'deleted runs by their age');
    this.#pass = undefined;
    this.#deletedRuns = 0;
    this.#restUntil = performance.now() + REST_MS;
  }

  /** Gives, after each transaction, how many runs it has deleted. */
  async *#passOver(): AsyncGenerator<number, void> {
    yield* this.#childrenLeft();
    yield* this.#trees('succeeded', this.ages.succeededMs);
    yield* this.#trees('unsuccessful', this.ages.unsuccessfulMs);
    for (const statement of [DELETE_IDEMPOTENCY_KEYS, DELETE_DEDUPLICATION_KEYS, DELETE_WORKERS, DELETE_SLOTS]) {
      yield* this.#rows(statement);
    }
  }

  async *#trees(kind: RootKind, ageMs: number | undefined): AsyncGenerator<number, void> {
    if (ageMs === undefined) return;
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const page = await findRoots(this.database, kind, ageMs, after);
      for (const roots of inBatches(page.expired)) {
        yield await this.#alone((transaction) => deleteRoots(transaction, ageMs, roots));
        yield* this.#childrenLeft();
      }
      yield 0;
      ({ after } = page);
    }
  }

  async *#childrenLeft(): AsyncGenerator<number, void> {
    for (;;) {
      const deleted = await this.#alone(deleteChildren);
      if (deleted === undefined) return;
      yield deleted;
    }
  }

  async *#rows(statement: string): AsyncGenerator<number, void> {
    for (let deleted = BATCH; deleted === BATCH;) {
      deleted = await this.#alone(async (transaction) => (await transaction.query(statement, [BATCH])).rowCount);
      yield 0;
    }
  }

  /** @throws ElsewhereError */
  #alone<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (transaction) => {
      const { rows } = await transaction.query<{ locked: boolean }>(TRY_RETENTION_LOCK);
      if (rows[0]?.locked !== true) throw new ElsewhereError();
      return work(transaction);
    });
  }
}
