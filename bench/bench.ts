import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateQueueSchema } from '@millrace/bullmq';
import { Database } from '@millrace/postgres';
import { startEmbeddedServer } from '@millrace/postgres/embedded';
import { startRedis } from '@millrace/testing/redis-server';
import { Client } from 'pg';

export interface BenchOptions {
  readonly runs: number;
  /** Less of everything, to see that it works. */
  readonly quick: boolean;
  /** Minutes that the figure beside an open transaction holds it. */
  readonly heldMinutes: number;
  /** Finished runs in the tables of the figure about growth. */
  readonly growthRuns: number;
  /** Rows in the tables of the figures about full tables. */
  readonly tableRows: number;
  /** Bytes of the file of the figure about memory. */
  readonly memoryBytes: number;
  /** Where CPU profiles of Millrace's side go; undefined: none are made. */
  readonly profileFolder: string | undefined;
}

type Undo = readonly (() => Promise<unknown>)[];

/** What every figure runs on: servers of its own, thrown away at the end. */
export class Bench {
  #databases = 0;
  #stopping: Promise<void> | undefined;

  private constructor(
    readonly options: BenchOptions,
    /** For PostgreSQL's data and working folders. */
    readonly folder: string,
    private readonly postgresUrl: string,
    private readonly redis: string | undefined,
    private readonly undo: Undo,
  ) {}

  static async start(options: BenchOptions): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
    // PostgreSQL's own user must be able to enter it when root measures.
    await chmod(folder, 0o755);
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    try {
      const server = await startEmbeddedServer({ dataDir: join(folder, 'postgres') });
      undo.push(server.stop);
      const redis = await startRedis();
      if (redis !== undefined) undo.push(redis.stop);
      return new Bench(options, folder, server.url, redis?.url, undo);
    } catch (error) {
      await undoAll(undo);
      throw error;
    }
  }

  get hasRedis(): boolean {
    return this.redis !== undefined;
  }

  /** The Redis, emptied. */
  async emptyRedis(): Promise<string> {
    if (this.redis === undefined) throw new Error('This figure needs a redis-server.');
    const { Redis } = await import('ioredis');
    const redis = new Redis(this.redis);
    await redis.flushall();
    redis.disconnect();
    return this.redis;
  }

  /** A new database with Millrace's tables and BullMQ's. */
  async newDatabase(): Promise<string> {
    const name = `bench_${(this.#databases += 1)}`;
    await withClient(this.postgresUrl, (client) => client.query(`CREATE DATABASE ${name}`));
    const url = new URL(this.postgresUrl);
    url.pathname = `/${name}`;
    const database = await Database.open({ url: url.href, applicationName: 'bench' });
    await database.migrate();
    await database.close();
    await migrateQueueSchema(url.href);
    return url.href;
  }

  async dropDatabase(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    await withClient(this.postgresUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }

  /** Uses a new database and throws it away. */
  async withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
    const url = await this.newDatabase();
    try {
      return await work(url);
    } finally {
      await this.dropDatabase(url);
    }
  }

  /** PostgreSQL's settings that differ from its defaults. */
  async postgresSettings(): Promise<string> {
    return withClient(this.postgresUrl, async (client) => {
      const { rows } = await client.query<{ setting: string }>(
        `SELECT name || '=' || current_setting(name) AS setting FROM pg_settings
         WHERE source IN ('command line', 'configuration file') AND setting IS DISTINCT FROM boot_val
           AND name !~ '^(port|data_directory|.*_file|listen_addresses|unix_socket.*|lc_.*|.*timezone|default_text_search_config|DateStyle|log_.*)$'
         ORDER BY name`,
      );
      return rows.map(({ setting }) => setting).join(', ');
    });
  }

  /** Resolves when everything has ended, also for a second caller. */
  stop(): Promise<void> {
    return (this.#stopping ??= undoAll(this.undo));
  }
}

async function undoAll(steps: Undo): Promise<void> {
  for (const step of steps.toReversed()) await step();
}

/** One connection for a piece of work. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // An interrupted benchmark ends PostgreSQL under idle connections; a query tells of it by itself.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
