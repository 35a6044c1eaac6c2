import type { FilesReloading, ReloadableState } from '@millrace/contracts';
import type { Delivery, IdempotencyClaim, NewRun } from '@millrace/runs';
import type { Database, Transaction } from '../../database.js';
import { deduplicateRuns } from '../../runs/creation/deduplicate-runs.js';
import { firstDelivery } from '../../runs/delivery-row.js';
import { insertRuns } from '../../runs/creation/insert-runs.js';
import { onceByKey } from '../../runs/creation/once-by-key.js';
import { FIND_RELOADABLE } from './reload-files.sql.js';

/** Which files to load again; every filter given must hold. */
export interface ReloadFilter {
  readonly state: ReloadableState;
  readonly feed?: string | undefined;
  /** They came into the state at or after this time. */
  readonly since?: Date | undefined;
  readonly limit: number;
}

/** A file that is to be loaded again. */
export interface ReloadableFile {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

export type ReloadsOutcome =
  | { readonly status: 'accepted'; readonly answer: FilesReloading; readonly deliveries: readonly Delivery[] }
  /** The key belongs to another request. */
  | { readonly status: 'key-conflict' };

/** Before the id of a file: the deduplication key of the run that loads it again. */
const KEY = 'reload ';

/** Starts the runs that load many files again. */
export class FileReloads {
  constructor(
    private readonly database: Database,
    /** Tasks that load files. */
    private readonly tasks: readonly string[],
    /** The run that loads a file again. */
    private readonly newRun: (file: ReloadableFile) => Promise<NewRun>,
  ) {}

  /**
   * Creates a run for each of the files that are longest in the state, all or none. A file that such a run is about to load again is passed
   * over: asked anew, the next ones have their turn. The same idempotency key is given the same answer.
   */
  async start(filter: ReloadFilter, claim: IdempotencyClaim | undefined): Promise<ReloadsOutcome> {
    let deliveries: readonly Delivery[] = [];
    const once = await this.database.transaction((transaction) =>
      onceByKey(transaction, 'reload files', claim, async () => {
        const started = await this.startWithin(transaction, filter);
        ({ deliveries } = started);
        return started.answer;
      }),
    );
    if (once.status === 'key-conflict') return { status: 'key-conflict' };
    return { status: 'accepted', answer: once.answer, deliveries };
  }

  private async startWithin(transaction: Transaction, { state, feed, since, limit }: ReloadFilter) {
    const params = [state, feed ?? null, since ?? null, this.tasks, KEY, limit];
    const { rows } = await transaction.query<ReloadableFile & { readonly all: number }>(FIND_RELOADABLE, params);
    const files = await Promise.all(
      rows.map(async (file) => {
        const run = await this.newRun(file);
        return { fileId: file.id, run: { ...run, deduplication: { key: KEY + file.id } } };
      }),
    );
    // Another request may have come first since the look.
    const instead = await deduplicateRuns(
      transaction,
      files.map(({ run }) => run),
    );
    const mine = files.filter(({ run }) => !instead.has(run.id));
    if (mine.length > 0)
      await insertRuns(
        transaction,
        mine.map(({ run }) => ({ run, idempotency: undefined })),
      );
    const answer: FilesReloading = {
      reloading: mine.length,
      left: (rows[0]?.all ?? 0) - rows.length,
      runs: mine.map(({ fileId, run }) => ({ fileId, runId: run.id })),
    };
    return { answer, deliveries: mine.map(({ run }) => firstDelivery(run)) };
  }
}
