import { renameSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { type Bench, withClient } from '../bench.js';
import { BuiltProcess } from '../built-process.js';
import { profilingArgs } from '../profiling-args.js';
import { environmentOf } from '../engine/sides/millrace-apps.js';

/** Loads that a worker may run at once. */
const CONCURRENCY = 10;

/** What the processes are started on. */
export interface LoadingOptions {
  readonly bench: Bench;
  readonly databaseUrl: string;
  /** Carries the queue when there is one. */
  readonly redisUrl?: string | undefined;
  /** Fills the inbox before they start. */
  readonly prepare?: (inbox: string) => Promise<void>;
}

/** The built watcher and worker as processes of their own, on one database, with folders of their own. */
export class LoadingMillrace {
  private constructor(
    private readonly folder: string,
    readonly client: Client,
    readonly watcher: BuiltProcess,
    readonly worker: BuiltProcess,
  ) {}

  /** Uses both on a database, and ends them. */
  static async with<T>(
    { bench, databaseUrl, redisUrl, prepare }: LoadingOptions,
    work: (millrace: LoadingMillrace) => Promise<T>,
  ): Promise<T> {
    const home = join(bench.folder, 'loading');
    await mkdir(join(home, 'inbox'), { recursive: true });
    await prepare?.(join(home, 'inbox'));
    const environment = environmentOf({ databaseUrl, redisUrl, concurrency: CONCURRENCY, home });
    const profiling = profilingArgs(bench.options.profileFolder);
    const start = (app: string) =>
      BuiltProcess.start(
        fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url)),
        environment,
        profiling,
      );
    return withClient(databaseUrl, async (client) => {
      const processes = [start('worker'), start('file-watcher')] as const;
      try {
        const [worker, watcher] = processes;
        const millrace = new LoadingMillrace(home, client, watcher, worker);
        await worker.until(() => millrace.any('millrace.workers WHERE ended_at IS NULL'));
        return await work(millrace);
      } finally {
        await Promise.all(processes.map((process) => process.end()));
        await rm(home, { recursive: true, force: true });
      }
    });
  }

  /** Puts a copy of a file into the inbox, whole from the first moment. */
  async drop(path: string, name: string): Promise<void> {
    const part = join(this.folder, 'inbox', `${name}.part`);
    await copyFile(path, part);
    await rename(part, join(this.folder, 'inbox', name));
  }

  /** Moves all files of a folder of the same file system into the inbox. */
  async dropAll(folder: string): Promise<void> {
    // At once, and at little cost to those who are measured.
    for (const name of await readdir(folder)) renameSync(join(folder, name), join(this.folder, 'inbox', name));
  }

  /** Moves one file of the same file system into the inbox. */
  async move(path: string, name: string): Promise<void> {
    await rename(path, join(this.folder, 'inbox', name));
  }

  /** Waits until so many files are loaded and moved to the archive; each has its row in the ledger then. */
  async untilArchived(files: number): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while ((await this.mayBeLoaded()) < files || (await this.loaded()) < files || (await this.archived()) < files) {
      if (performance.now() > deadline) throw new Error('The files were not loaded and archived in time.');
      await delay(20);
    }
  }

  /** As many files as contents have ids: to count the loaded ones each time would take a twentieth of PostgreSQL's CPU. */
  private async mayBeLoaded(): Promise<number> {
    const text = `SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('millrace.contents', 'id')), 0)::float8 AS n`;
    return (await this.client.query<{ n: number }>(text)).rows[0]?.n ?? 0;
  }

  private async archived(): Promise<number> {
    const archive = join(this.folder, 'archive');
    const days = await readdir(archive).catch(() => []);
    const files = await Promise.all(days.map((day) => readdir(join(archive, day))));
    return files.flat().length;
  }

  private async loaded(): Promise<number> {
    const text = `SELECT count(*)::int AS n FROM millrace.arrivals WHERE state = 'loaded'`;
    return (await this.client.query<{ n: number }>(text)).rows[0]?.n ?? 0;
  }

  /** Waits until a file's end is committed; gives the seconds since its arrival was registered, by PostgreSQL's clock. */
  async untilLoaded(name: string): Promise<number> {
    let seconds: number | undefined;
    await this.worker.until(async () => {
      seconds = await this.secondsSinceRegistered(name);
      return seconds !== undefined;
    }, DEADLINE_MS);
    return seconds ?? NaN;
  }

  private async secondsSinceRegistered(name: string): Promise<number | undefined> {
    const { rows } = await this.client.query<{ state: string; seconds: number }>({
      name: 'bench-file',
      text: `SELECT state, extract(epoch FROM clock_timestamp() - found_at)::float8 AS seconds
             FROM millrace.arrivals WHERE path = $1 AND state <> 'arrived'`,
      values: [name],
    });
    const [file] = rows;
    if (file && file.state !== 'loaded') throw new Error(`The benchmark's file ${name} was ${file.state}.`);
    return file?.seconds;
  }

  private async any(from: string): Promise<boolean> {
    return (await this.client.query(`SELECT FROM ${from} LIMIT 1`)).rowCount !== 0;
  }
}

const DEADLINE_MS = 600_000;
