import { copyFile, lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FeedRegistry,
  FileLoader,
  FileUnloader,
  Inbox,
  SHIPPED_FEEDS,
  type Feed,
  type LoadContext,
  pathAway,
} from '@millrace/ingest';
import { newRunId, type ClaimedRun, type NewRun } from '@millrace/runs';
import type { Completion, TaskLog } from '@millrace/sdk';
import type { QueryResultRow } from 'pg';
import type { Database } from '../database.js';
import { openDatabaseRig } from '../database-rig.contract.js';
import { FeedTables } from '../feeds/feed-tables.js';
import { prepareFeedTables } from '../feeds/own-tables/prepare-feed-tables.js';
import type { PostgresRunStore } from '../runs/postgres-run-store.js';
import { PostgresFileLedger } from './postgres-file-ledger.js';

export const DETECTIONS_SAMPLE = 'objects_detection_20220605_211200.json';
export const DRIVERS_SAMPLE = 'drivers_20260101_060000.csv';
export const STATUSES_SAMPLE = 'vehicles_status_20220509_000300.json';
export const SAMPLES = join(import.meta.dirname, '../../../ingest/samples');

const silent: TaskLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const TABLES = ['arrivals', 'contents', 'rejects', 'detection_events', 'status_reports', 'latest_statuses', 'runs'].map(
  (table) => `millrace.${table}`,
);

/** A file in the inbox whose arrival is registered and whose run is claimed. */
export interface DroppedFile {
  readonly id: string;
  readonly run: ClaimedRun;
}

/** A database and an inbox of a spec file's own, and what loads files from one into the other. */
export class LoadingRig {
  private folder = '';
  inbox!: Inbox;
  /** What the loads said last of how far they are. */
  progress: string | undefined;

  private constructor(
    readonly url: string,
    readonly database: Database,
    readonly ledger: PostgresFileLedger,
    readonly store: PostgresRunStore,
    private readonly feeds: readonly Feed[],
    private readonly workerId: string,
    readonly close: () => Promise<void>,
  ) {}

  /**
   * @param threads large files are read in threads, run from the sources
   * @param feeds those beside the shipped ones
   * @param tasks folder with their declarations, for the threads
   */
  static async open({ threads = false, feeds = [] as readonly Feed[], tasks = tmpdir() } = {}): Promise<LoadingRig> {
    const { url, database, store, workerId, close } = await openDatabaseRig({ queues: ['load'] });
    const all = [...SHIPPED_FEEDS, ...feeds];
    await prepareFeedTables(database, all);
    const starter = new URL('../../../testing/src/thread-from-source.mjs', import.meta.url);
    const tables = new FeedTables(database, threads ? { tasks, starter } : undefined);
    const ledger = new PostgresFileLedger(database, tables);
    return new LoadingRig(url, database, ledger, store, all, workerId, async () => {
      await tables.close();
      await close();
    });
  }

  /** Empties tables and folders; gives what removes the folders. */
  async reset(): Promise<() => Promise<void>> {
    const targets = new Set(this.feeds.map(({ target }) => target));
    const own = [...targets].filter((target) => typeof target !== 'string').map(({ name }) => `public.${name}`);
    await this.database.query(`TRUNCATE ${[...TABLES, ...own].join()}`);
    const folder = await mkdtemp(join(tmpdir(), 'millrace-file-loading-'));
    this.folder = folder;
    this.inbox = new Inbox({ inbox: this.at('inbox'), archive: this.at('archive'), quarantine: this.at('quarantine') });
    await this.inbox.prepare();
    return () => rm(folder, { recursive: true });
  }

  /** Drops every partition, and forgets since when rows are kept and what was rolled up. */
  async dropPartitions(): Promise<void> {
    await this.database.query(`DO $$
      DECLARE name regclass;
      BEGIN
        FOR name IN SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r' LOOP
          EXECUTE format('DROP TABLE %s', name);
        END LOOP;
        TRUNCATE millrace.kept_times, millrace.changed_hours, millrace.detection_hours, millrace.detection_days,
          millrace.detection_totals;
      END $$`);
  }

  at(...path: string[]): string {
    return join(this.folder, ...path);
  }

  /** Where a file lies that was put away. */
  away(folder: 'archive' | 'quarantine', { id }: { readonly id: string }, name: string): string {
    return this.at(folder, pathAway({ id, name }));
  }

  /** A loader that never waits for an unfinished file, unless `quietPeriodMs` says so. */
  loaderOf(feeds: readonly Feed[], quietPeriodMs = 0): FileLoader {
    const registry = new FeedRegistry(feeds.map((feed) => ({ ...feed, quietPeriodMs })));
    return new FileLoader(this.ledger, registry, this.inbox, this.at('spool'));
  }

  /** Registers what lies in the inbox under this name, and claims its run. */
  async register(name: string): Promise<DroppedFile> {
    const stats = await lstat(this.at('inbox', name), { bigint: true });
    const identity = { device: stats.dev, inode: stats.ino, size: stats.size, mtimeNs: stats.mtimeNs };
    const id = newRunId();
    const feed = new FeedRegistry(this.feeds).match(name)?.id ?? feedByFirstWord(name);
    const found = { id, feed, name, identity, foundBy: 'scan' } as const;
    const [registration] = await this.ledger.register([{ found, run: newLoadRun(id) }]);
    if (registration?.status !== 'registered') throw new Error('The file was known.');
    return { id, run: await this.claim(registration.delivery.runId) };
  }

  /** Another run of a file. */
  async runAgain({ id }: DroppedFile): Promise<DroppedFile> {
    const run = newLoadRun(id);
    await this.store.create(run);
    return { id, run: await this.claim(run.id) };
  }

  async drop(name: string, content: unknown): Promise<DroppedFile> {
    const asItStands = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(this.at('inbox', name), asItStands ? content : JSON.stringify(content));
    return this.register(name);
  }

  async dropSample(sample: string, name = sample): Promise<DroppedFile> {
    await copyFile(join(SAMPLES, sample), this.at('inbox', name));
    return this.register(name);
  }

  load({ id, run }: DroppedFile, by = this.loaderOf(this.feeds)): Promise<Completion> {
    return by.load(id, this.contextOf(run));
  }

  loadTogether(
    files: readonly DroppedFile[],
    by = this.loaderOf(this.feeds),
    { again = false, signal = new AbortController().signal } = {},
  ): Promise<readonly PromiseSettledResult<Completion>[]> {
    const loads = files.map(({ id, run }) => ({ fileId: id, again, context: { ...this.contextOf(run), signal } }));
    return Promise.allSettled(by.loadTogether(loads));
  }

  reload({ id, run }: DroppedFile, by = this.loaderOf(this.feeds)): Promise<Completion> {
    return by.reload(id, this.contextOf(run));
  }

  /** Takes the rows of a file back in a run of its own. */
  async unload(file: DroppedFile): Promise<Completion> {
    const { id, run } = await this.runAgain(file);
    return new FileUnloader(this.ledger, new FeedRegistry(this.feeds)).unload(id, this.contextOf(run));
  }

  async rowsOf(sql: string): Promise<QueryResultRow[]> {
    return (await this.database.query(sql)).rows;
  }

  private contextOf({ runId, epoch, attempt }: ClaimedRun): LoadContext & { completion(result: unknown): Completion } {
    const completion = (result: unknown) => ({ runId, epoch, result });
    const progress = (_fraction: number, note?: string) => (this.progress = note);
    return { runId, epoch, attempt, signal: new AbortController().signal, log: silent, progress, completion };
  }

  private async claim(runId: string): Promise<ClaimedRun> {
    const run = await this.store.claim(runId, 1, this.workerId);
    if (!run) throw new Error(`Run ${runId} was not claimed.`);
    return run;
  }
}

/** The run that loads this file. */
export function newLoadRun(fileId: string): NewRun {
  const input = JSON.stringify({ fileId });
  return { id: newRunId(), taskId: 'load-file', queue: 'load', input, trigger: 'file', priority: 0, maxAttempts: 3 };
}

/** One event of an `objects_detection` document: these many cars. */
export const event = (vehicle_id: string, detection_time: string, ...values: number[]) => ({
  vehicle_id,
  detection_time,
  detections: values.map((object_value) => ({ object_type: 'cars', object_value })),
});
export const detections = (...events: unknown[]) => ({ objects_detection_events: events });
export const statuses = (...reports: [vehicle_id: string, report_time: string, status: string][]) => ({
  vehicle_status: reports.map(([vehicle_id, report_time, status]) => ({ vehicle_id, report_time, status })),
});

/** For names that no feed takes. */
function feedByFirstWord(name: string): string {
  return name.startsWith('vehicles') ? 'vehicles-status' : 'objects-detection';
}
