import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { type Bench, withClient } from '../bench.js';
import { BuiltProcess } from '../built-process.js';
import { environmentOf } from '../engine/sides/millrace-apps.js';

/** Loads that a worker may run at once. */
const CONCURRENCY = 10;

/** The built watcher and worker as processes of their own, on one database, with folders of their own. */
export class LoadingMillrace {
  private constructor(
    private readonly folder: string,
    readonly client: Client,
    readonly watcher: BuiltProcess,
    readonly worker: BuiltProcess,
  ) {}

  /** Uses both on a database, and ends them. Redis carries the queue when there is an address. */
  static async with<T>(
    bench: Bench,
    databaseUrl: string,
    redisUrl: string | undefined,
    work: (millrace: LoadingMillrace) => Promise<T>,
  ): Promise<T> {
    const home = join(bench.folder, 'loading');
    await mkdir(join(home, 'inbox'), { recursive: true });
    const environment = environmentOf({ databaseUrl, redisUrl, concurrency: CONCURRENCY, home });
    const start = (app: string) =>
      BuiltProcess.start(fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url)), environment);
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
