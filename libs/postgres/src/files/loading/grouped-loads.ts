import { FencedLoadError, FileRefusedError, type LoadRequest, type RowTarget } from '@millrace/ingest';
import { FENCED } from '@millrace/runs';
import type { Completion } from '@millrace/sdk';
import { DatabaseError } from 'pg';
import type { Database, Transaction } from '../../database.js';
import type { FeedTables } from '../../feeds/feed-tables.js';
import { ExpiredMeanwhileError } from '../../feeds/partitions/partitions.errors.js';
import { spanOf } from '../../feeds/partitions/hour-span.js';
import { weeksOf } from '../../feeds/partitions/partitions.js';
import { dueIn, hoursOf, type LoadedCounts, type ReadFile, rowsOf } from '../../feeds/copy/row-sink.js';
import { finishTogether } from '../../runs/ends/finish-runs.js';
import { isBadData, isConflict } from '../../sql-state.js';
import {
  ALLOT_CONTENT_IDS,
  END_ARRIVALS,
  INSERT_CONTENTS,
  LOCK_OPEN_ARRIVALS,
  LOCK_OWNED_RUNS,
  RECOUNT_CONTENTS,
} from './grouped-loads.sql.js';
import { insertRejects } from '../rejects/insert-rejects.js';
import { toEnd } from './load-end.js';

/**
 * Files of a group that are read at once. Together they ask for the keys of new names, which one by one would take longer; what
 * the reading of each takes lives until the last of them is read.
 */
const READ_AT_ONCE = 50;

type Settled = PromiseSettledResult<Completion>;

/** A file of the group, read whole, with the id that its content will have. */
interface Member {
  readonly request: LoadRequest;
  readonly read: ReadFile;
}

type CountedMember = Member & { readonly counts: LoadedCounts };

/** One file's own error, which rolls the group back; the others go without it. */
class MemberFailed extends Error {
  constructor(
    readonly request: LoadRequest,
    override readonly cause: unknown,
  ) {
    super('A file of the group cannot be loaded.');
  }
}

/**
 * Loads many small files in one transaction (protocol F4): one COPY a table, one statement for the ledger, one for the
 * ends of all runs. Its last statements decide over all of it, as in the load of one file (R14).
 *
 * What is out of the ordinary is left to the load of one file: bytes that are loaded already, files that were ended
 * meanwhile, times that lie far apart, rows that retention drops in this moment. Data that the server refuses halves the group until the bad file stands alone.
 */
export class GroupedLoads {
  readonly #outcomes = new Map<LoadRequest, Settled>();

  constructor(
    private readonly database: Database,
    private readonly tables: FeedTables,
    /** Loads one file in a transaction of its own. */
    private readonly loadAlone: (request: LoadRequest) => Promise<Completion>,
  ) {}

  /** Gives an outcome for each, in their order. */
  async load(requests: readonly LoadRequest[]): Promise<readonly Settled[]> {
    await this.#loadHalving(await this.#read(requests));
    const outcomes: Settled[] = [];
    for (const request of requests) {
      outcomes.push(this.#outcomes.get(request) ?? (await settle(this.loadAlone(request))));
    }
    return outcomes;
  }

  /** Reads each file; one that is refused has its outcome with that. */
  async #read(requests: readonly LoadRequest[]): Promise<Member[]> {
    const { rows: ids } = await this.database.query<{ id: string }>(ALLOT_CONTENT_IDS, [requests.length]);
    const kept = await this.#keptFrom(requests);
    const members: Member[] = [];
    for (let from = 0; from < requests.length; from += READ_AT_ONCE) {
      const some = requests.slice(from, from + READ_AT_ONCE);
      const read = await Promise.all(
        some.map((request, index) => this.#readOne(request, ids[from + index]?.id as string, kept.get(request.target))),
      );
      members.push(...read.filter((member) => member !== undefined));
    }
    return members;
  }

  /** Undefined: it is not for the group. */
  async #readOne(request: LoadRequest, contentId: string, keptFromMs: number | undefined): Promise<Member | undefined> {
    try {
      const read = await this.tables.read(request, contentId, keptFromMs);
      return weeksOf(hoursOf([read])).size > request.newPartitions ? undefined : { request, read };
    } catch (reason) {
      // Of its names PostgreSQL refused one, or gave up on them to end a deadlock: alone it is told so, or is loaded again.
      if (!isBadData(reason) && !isConflict(reason)) this.#outcomes.set(request, { status: 'rejected', reason });
      return undefined;
    }
  }

  async #keptFrom(requests: readonly LoadRequest[]): Promise<ReadonlyMap<RowTarget, number | undefined>> {
    const kept = new Map<RowTarget, number | undefined>();
    for (const target of new Set(requests.map((request) => request.target))) {
      kept.set(target, await this.tables.keptFrom(target));
    }
    return kept;
  }

  async #loadHalving(members: readonly Member[]): Promise<void> {
    // Alone it goes as any file alone, and its error is that load's.
    if (members.length < 2) return;
    try {
      const completions = await this.database.transaction((transaction) => this.#loadWithin(transaction, members));
      for (const [request, value] of completions) this.#outcomes.set(request, { status: 'fulfilled', value });
    } catch (error) {
      await this.#afterRollback(members, error);
    }
  }

  async #afterRollback(members: readonly Member[], error: unknown): Promise<void> {
    if (error instanceof MemberFailed) {
      this.#outcomes.set(error.request, { status: 'rejected', reason: error.cause });
      return this.#loadHalving(members.filter(({ request }) => request !== error.request));
    }
    if (error instanceof ExpiredMeanwhileError) return;
    if (isBadData(error) || isConflict(error) || error instanceof FileRefusedError) {
      const middle = members.length >> 1;
      await this.#loadHalving(members.slice(0, middle));
      return this.#loadHalving(members.slice(middle));
    }
    const targets = new Set(members.map(({ request }) => request.target));
    if (error instanceof DatabaseError && targets.size > 1) {
      // What one table refuses (a right, a lock) is nothing to the files of others.
      for (const target of targets) await this.#loadHalving(members.filter(({ request }) => request.target === target));
      return;
    }
    for (const { request } of members) this.#outcomes.set(request, { status: 'rejected', reason: error });
  }

  /** Gives the completions of those that were loaded; the others are left as they were. */
  async #loadWithin(transaction: Transaction, members: readonly Member[]): Promise<[LoadRequest, Completion][]> {
    const open = await lockOpen(transaction, await lockOwned(transaction, members));
    const fresh = await insertContents(transaction, open);
    const counted = await this.#loadRows(transaction, fresh);
    for (const { request, read } of counted) {
      if (read.file.rejected === 0) continue;
      for await (const page of request.rejects()) await insertRejects(transaction, request.arrival.id, page);
    }
    await recountContents(transaction, counted);
    await endArrivals(transaction, counted);
    return endRuns(transaction, counted.map(complete));
  }

  async #loadRows(transaction: Transaction, members: readonly Member[]): Promise<CountedMember[]> {
    const counted: CountedMember[] = [];
    for (const target of new Set(members.map(({ request }) => request.target))) {
      const ofTarget = members.filter(({ request }) => request.target === target);
      const reads = ofTarget.map(({ read }) => read);
      const counts = await this.tables.loadRead(target, transaction, reads);
      for (const [index, member] of ofTarget.entries())
        counted.push({ ...member, counts: counts[index] as LoadedCounts });
    }
    return counted;
  }
}

/** An execution that has lost its run is answered by that; it loads nothing. */
async function lockOwned(transaction: Transaction, members: readonly Member[]): Promise<readonly Member[]> {
  const executions = members.map(({ request }) => request.execution);
  const owned = await idsOf(transaction, LOCK_OWNED_RUNS, [
    executions.map(({ runId }) => runId),
    executions.map(({ epoch }) => epoch),
  ]);
  const fenced = members.find(({ request }) => !owned.has(request.execution.runId));
  if (fenced) throw new MemberFailed(fenced.request, new FencedLoadError(fenced.request.execution.runId));
  return members;
}

async function lockOpen(transaction: Transaction, members: readonly Member[]): Promise<readonly Member[]> {
  const open = await idsOf(transaction, LOCK_OPEN_ARRIVALS, [members.map(({ request }) => request.arrival.id)]);
  return members.filter(({ request }) => open.has(request.arrival.id));
}

async function insertContents(transaction: Transaction, members: readonly Member[]): Promise<readonly Member[]> {
  const files = members.map(({ read }) => read.file);
  const spans = members.map(({ read }) => spanOf(hoursOf([read])));
  const inserted = await idsOf(transaction, INSERT_CONTENTS, [
    members.map(({ read }) => read.contentId),
    members.map(({ request }) => request.arrival.id),
    members.map(({ request }) => request.arrival.feed),
    files.map(({ sha256 }) => sha256),
    files.map(({ size }) => size),
    files.map(({ records }) => records),
    files.map(({ rejected }) => rejected),
    files.map(({ expired }) => expired),
    files.map(({ naive }) => naive),
    files.map(({ extra }) => extra),
    members.map(({ read }) => rowsOf(read)),
    spans.map((span) => span?.first),
    spans.map((span) => span?.last),
  ]);
  return members.filter(({ read }) => inserted.has(read.contentId));
}

async function endArrivals(transaction: Transaction, members: readonly CountedMember[]): Promise<void> {
  await transaction.query(END_ARRIVALS, [
    members.map(({ request }) => request.arrival.id),
    members.map(({ read }) => read.contentId),
  ]);
}

/** The contents were inserted as if all of their records were new. */
async function recountContents(transaction: Transaction, members: readonly CountedMember[]): Promise<void> {
  const others = members.filter(
    ({ read, counts }) => counts.loaded !== dueIn(read.file) || counts.rows !== rowsOf(read),
  );
  if (others.length === 0) return;
  const counts = others.map((member) => member.counts);
  await transaction.query(RECOUNT_CONTENTS, [
    others.map(({ read }) => read.contentId),
    counts.map(({ loaded }) => loaded),
    counts.map(({ unchanged }) => unchanged),
    counts.map(({ conflicting }) => conflicting),
    counts.map(({ rows }) => rows),
  ]);
}

function complete({ request, read, counts }: CountedMember): [LoadRequest, Completion] {
  const { name, feed } = request.arrival;
  const { records, rejected } = read.file;
  try {
    const result = { file: name, feed, outcome: 'loaded', rows: counts.rows, records, rejected } as const;
    return [request, request.complete(result)];
  } catch (error) {
    throw new MemberFailed(request, error);
  }
}

async function endRuns(
  transaction: Transaction,
  completions: [LoadRequest, Completion][],
): Promise<[LoadRequest, Completion][]> {
  const ends = completions.map(([, completion]) => toEnd(completion));
  const finished = await finishTogether(transaction, ends);
  const fenced = finished.indexOf(FENCED);
  // Their rows are locked: it cannot be, and if it is nothing may be committed.
  if (fenced >= 0) throw new FencedLoadError(ends[fenced]?.runId ?? '');
  return completions;
}

async function idsOf(transaction: Transaction, text: string, params: unknown[][]): Promise<ReadonlySet<string>> {
  const { rows } = await transaction.query<{ id: string }>(text, params);
  return new Set(rows.map(({ id }) => id));
}

async function settle(loading: Promise<Completion>): Promise<Settled> {
  const [outcome] = await Promise.allSettled([loading]);
  return outcome;
}
