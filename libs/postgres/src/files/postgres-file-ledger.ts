import type { FileState } from '@millrace/contracts';
import {
  AlreadyEndedError,
  FencedLoadError,
  FileRefusedError,
  type Arrival,
  type DryRunOutcome,
  type DryRunRequest,
  type FailedPage,
  type FileLedger,
  type FoundFile,
  type FoundWithRun,
  type KeptReject,
  type LoadRequest,
  type Refusal,
  type Registration,
  type ResubmitRequest,
  type StreamedFile,
  type UnloadRequest,
} from '@millrace/ingest';
import { FENCED, type RunEnd } from '@millrace/runs';
import type { Completion } from '@millrace/sdk';
import { DatabaseError } from 'pg';
import type { Database, SqlExecutor, Transaction } from '../database.js';
import { explained } from '../database.errors.js';
import type { FeedTables } from '../feeds/feed-tables.js';
import { finishRun } from '../runs/ends/finish-runs.js';
import { firstDelivery } from '../runs/delivery-row.js';
import { insertRuns } from '../runs/creation/insert-runs.js';
import { isBadData } from '../sql-state.js';
import { toArrival, type ArrivalRow } from './arrival-row.js';
import {
  END_REFUSED,
  END_WITH_CONTENT,
  FIND_APPEARANCE,
  FIND_ARRIVALS,
  FIND_CONTENT,
  FIND_LOST_AMONG,
  INSERT_ARRIVALS,
  INSERT_CONTENT,
  LOCK_OPEN_ARRIVAL,
} from './file-ledger.sql.js';
import { END_FAILED, type FailedRow } from './failures/end-failed.sql.js';
import { FIND_UNKNOWN } from './arrivals/find-unknown.sql.js';
import { dryRun } from './loading/dry-run.js';
import { GroupedLoads } from './loading/grouped-loads.js';
import { insertRejects } from './rejects/insert-rejects.js';
import { toEnd } from './loading/load-end.js';
import { resubmitReject } from './rejects/resubmit-reject.js';
import { FIND_REJECT } from './rejects/resubmit-reject.sql.js';
import { supersedeFile } from './unloading/supersede-file.js';
import { untilUndisputed } from './failures/until-undisputed.js';
import { unloadFile } from './unloading/unload-files.js';
import { REOPEN_ARRIVAL } from './unloading/unload-files.sql.js';

interface DuplicatedContent {
  readonly id: string;
  readonly broughtBy: string;
  readonly records: number;
  readonly rejected: number;
}

/** Before every id. */
const NIL = '00000000-0000-0000-0000-000000000000';

/** Thrown to roll a load back whose bytes turn out to be loaded already. */
class LoadedBefore extends Error {
  constructor(readonly file: StreamedFile) {
    super('The same bytes are loaded already.');
  }
}

/** The ledger of files in PostgreSQL (protocols F1-F3). */
export class PostgresFileLedger implements FileLedger {
  constructor(
    private readonly database: Database,
    private readonly tables: FeedTables,
  ) {}

  async register(found: readonly FoundWithRun[]): Promise<readonly Registration[]> {
    if (found.length === 0) return [];
    return this.database.transaction(async (transaction) => {
      const { rows } = await transaction.query<{ id: string }>(INSERT_ARRIVALS, arrivalColumns(found));
      const inserted = new Set(rows.map(({ id }) => id));
      const fresh = found.filter((one) => inserted.has(one.found.id));
      if (fresh.length > 0)
        await insertRuns(
          transaction,
          fresh.map(({ run }) => ({ run, idempotency: undefined })),
        );
      const registrations: Registration[] = [];
      for (const one of found) {
        registrations.push(
          inserted.has(one.found.id)
            ? { status: 'registered', delivery: firstDelivery(one.run) }
            : { status: 'known', state: await findState(transaction, one.found) },
        );
      }
      return registrations;
    });
  }

  async findUnknown(appearances: readonly Pick<FoundFile, 'name' | 'identity'>[]): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ name: string }>(FIND_UNKNOWN, [
      appearances.map(({ name }) => name),
      appearances.map(({ identity }) => identity.device),
      appearances.map(({ identity }) => identity.inode),
      appearances.map(({ identity }) => identity.size),
      appearances.map(({ identity }) => identity.mtimeNs),
    ]);
    return rows.map(({ name }) => name);
  }

  async find(arrivalId: string): Promise<Arrival | undefined> {
    return (await this.findAll([arrivalId])).get(arrivalId);
  }

  async findAll(arrivalIds: readonly string[]): Promise<ReadonlyMap<string, Arrival>> {
    const { rows } = await this.database.query<ArrivalRow>(FIND_ARRIVALS, [arrivalIds]);
    return new Map(rows.map((row) => [row.id, toArrival(row)]));
  }

  async loadTogether(requests: readonly LoadRequest[]): Promise<readonly PromiseSettledResult<Completion>[]> {
    const grouped = new GroupedLoads(this.database, this.tables, (request) => this.load(request));
    const outcomes = await grouped.load(requests).catch((error: unknown) => {
      throw explained(error);
    });
    return outcomes.map((outcome) =>
      outcome.status === 'rejected' ? { ...outcome, reason: explained(outcome.reason) } : outcome,
    );
  }

  async load(request: LoadRequest): Promise<Completion> {
    try {
      return await untilUndisputed((inOrder) =>
        this.database.transaction((transaction) => this.loadWithin(transaction, request, inOrder)),
      );
    } catch (error) {
      if (error instanceof LoadedBefore) return this.endAsDuplicate(request, error.file);
      throw isBadData(error) ? rowsRefused(error) : explained(error);
    }
  }

  async refuse(arrivalId: string, { state, reason, excerpt }: Refusal, end: RunEnd): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const params = [arrivalId, state, JSON.stringify(reason), excerpt?.bytes, excerpt?.offset];
      const { rowCount } = await transaction.query(END_REFUSED, params);
      if (rowCount === 0) throw new AlreadyEndedError(arrivalId);
      await endRun(transaction, end);
    });
  }

  async endFailed(afterId: string | undefined, limit: number): Promise<FailedPage> {
    const { rows } = await this.database.query<FailedRow>(END_FAILED, [afterId ?? NIL, limit]);
    const failed = rows.flatMap(({ id, feed, name, runId, reason }) =>
      reason === null ? [] : [{ id, feed, name, runId, reason }],
    );
    return { failed, next: rows.length < limit ? undefined : rows.at(-1)?.id };
  }

  async unload(request: UnloadRequest): Promise<Completion> {
    const unloading = this.database.transaction(async (transaction) => {
      const completion = await unloadFile(transaction, this.tables, request);
      await endRun(transaction, toEnd(completion));
      return completion;
    });
    return unloading.catch((error: unknown) => {
      throw explained(error);
    });
  }

  async findReject(arrivalId: string, index: number): Promise<KeptReject | undefined> {
    const { rows } = await this.database.query<{ [Key in keyof KeptReject]: KeptReject[Key] }>(FIND_REJECT, [
      arrivalId,
      index,
    ]);
    return rows[0];
  }

  async resubmit(request: ResubmitRequest): Promise<Completion> {
    try {
      return await this.database.transaction(async (transaction) => {
        const completion = await resubmitReject(transaction, this.tables, request);
        await endRun(transaction, toEnd(completion));
        return completion;
      });
    } catch (error) {
      throw isBadData(error) ? rowsRefused(error) : explained(error);
    }
  }

  async dryRun(request: DryRunRequest): Promise<DryRunOutcome> {
    try {
      return await dryRun(this.database, this.tables, request);
    } catch (error) {
      throw isBadData(error) ? rowsRefused(error) : explained(error);
    }
  }

  async reopen(arrivalId: string, runId: string): Promise<void> {
    await this.database.query(REOPEN_ARRIVAL, [arrivalId, runId]);
  }

  async lostAmong(runIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.database.query<{ runId: string }>(FIND_LOST_AMONG, [runIds]);
    return new Set(rows.map(({ runId }) => runId));
  }

  async answer(completion: Completion): Promise<void> {
    await this.database.transaction((transaction) => endRun(transaction, toEnd(completion)));
  }

  private async loadWithin(transaction: Transaction, request: LoadRequest, inOrder: boolean): Promise<Completion> {
    const { arrival, supersedes, rejects, complete } = request;
    const contentId = await lockOpen(transaction, arrival.id);
    await supersedeFile(transaction, this.tables, request);
    const { file, counts, span } = await this.tables.load(request, transaction, contentId, inOrder);
    const { records, expired, rejected, naive, extra } = file;
    const { loaded, unchanged, conflicting, rows } = counts;
    const { rowCount } = await transaction.query(INSERT_CONTENT, [
      ...[contentId, arrival.id, arrival.feed, file.sha256, file.size],
      ...[records, loaded, unchanged, conflicting, expired, rejected, rows, naive, extra, span?.first, span?.last],
    ]);
    if (rowCount === 0) throw new LoadedBefore(file);
    for await (const page of rejects()) await insertRejects(transaction, arrival.id, page);
    await transaction.query(END_WITH_CONTENT, [arrival.id, 'loaded', contentId]);
    const { name, feed } = arrival;
    const completion = complete({ file: name, feed, outcome: 'loaded', rows, records, rejected, supersedes });
    await endRun(transaction, toEnd(completion));
    return completion;
  }

  private async endAsDuplicate({ arrival, complete }: LoadRequest, { sha256 }: StreamedFile): Promise<Completion> {
    const { id, name, feed } = arrival;
    return this.database.transaction(async (transaction) => {
      await lockOpen(transaction, id);
      const { rows } = await transaction.query<DuplicatedContent>(FIND_CONTENT, [feed, sha256]);
      const [content] = rows;
      if (!content) throw new Error(`The content that file ${id} repeats went away while it was loaded.`);
      await transaction.query(END_WITH_CONTENT, [id, 'duplicate', content.id]);
      const { records, rejected, broughtBy } = content;
      const completion = complete({
        ...{ file: name, feed, outcome: 'duplicate' },
        ...{ rows: 0, records, rejected, duplicateOf: broughtBy },
      });
      await endRun(transaction, toEnd(completion));
      return completion;
    });
  }
}

/** Locks an arrival that is not ended; gives the id its content will have. */
async function lockOpen(transaction: SqlExecutor, arrivalId: string): Promise<string> {
  const { rows } = await transaction.query<{ contentId: string }>(LOCK_OPEN_ARRIVAL, [arrivalId]);
  if (!rows[0]) throw new AlreadyEndedError(arrivalId);
  return rows[0].contentId;
}

function arrivalColumns(found: readonly FoundWithRun[]): unknown[][] {
  const files = found.map((one) => one.found);
  return [
    files.map(({ id }) => id),
    files.map(({ feed }) => feed),
    files.map(({ name }) => name),
    files.map(({ identity }) => identity.device),
    files.map(({ identity }) => identity.inode),
    files.map(({ identity }) => identity.size),
    files.map(({ identity }) => identity.mtimeNs),
    files.map(({ foundBy }) => foundBy),
    found.map(({ run }) => run.id),
  ];
}

async function findState(executor: SqlExecutor, { name, identity }: FoundFile): Promise<FileState> {
  const { device, inode, size, mtimeNs } = identity;
  const { rows } = await executor.query<Pick<ArrivalRow, 'state'>>(FIND_APPEARANCE, [
    name,
    device,
    inode,
    size,
    mtimeNs,
  ]);
  // No row: it was claimed and has changed since; the file in the inbox is another one by now.
  return rows[0]?.state ?? 'arrived';
}

/** The last statement of a load: what it says decides over all of it (R14). */
async function endRun(transaction: SqlExecutor, end: RunEnd): Promise<void> {
  if ((await finishRun(transaction, end)) === FENCED) throw new FencedLoadError(end.runId);
}

function rowsRefused(cause: unknown): FileRefusedError {
  const detail =
    cause instanceof DatabaseError ? `${cause.message} (SQLSTATE ${cause.code ?? 'unknown'})` : String(cause);
  return new FileRefusedError('MR_ROWS_REFUSED', `PostgreSQL refused a row of the file: ${detail}.`, {}, { cause });
}
