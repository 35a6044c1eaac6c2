import { currentTrace, inSpan, type Metrics } from '@millrace/telemetry';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities.js';
import { runsTold } from './hints/told-runs.js';
import { MIGRATIONS } from './migrations/index.js';

/** Runs one statement; a pool, a transaction and a test's client all can. */
export interface SqlExecutor {
  query<Row extends QueryResultRow>(
    text: string,
    params?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number }>;
}

/** One open transaction; `client` is the raw connection, which COPY needs. */
export interface Transaction extends SqlExecutor {
  readonly client: PoolClient;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections at most. @default 10 */
  readonly poolSize?: number;
  /** Where statements are timed and connections counted. @default nowhere */
  readonly metrics?: Metrics;
  /** Is told of runs of which there is something new to see, after the commit. @default nobody */
  readonly onTold?: OnTold;
}

type OnTold = (runIds: readonly string[]) => void;

/** Milliseconds that a caller waits for a connection. */
const CONNECT_LIMIT_MS = 10_000;

const STATEMENT_NAME = /^\s*\/\* ([a-z.-]+) \*\//;

/**
 * The connection to PostgreSQL: TypeORM's data source for plain reads and writes, and raw statements on the same pool
 * for claims, grouped writes, locks and COPY.
 */
export class Database implements SqlExecutor {
  private constructor(
    readonly dataSource: DataSource,
    private readonly metrics: Metrics | undefined,
    private readonly onTold: OnTold = () => undefined,
  ) {}

  /** Connects. @throws when the server does not answer */
  static async open({ url, applicationName, poolSize = 10, metrics, onTold }: DatabaseOptions): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      applicationName,
      poolSize,
      entities: ENTITIES,
      migrations: MIGRATIONS,
      schema: 'millrace',
      migrationsTableName: 'migrations',
      migrationsTransactionMode: 'each',
      synchronize: false,
      extra: { keepAlive: true, connectionTimeoutMillis: CONNECT_LIMIT_MS, onConnect: surviveLoss },
    });
    const database = new Database(await dataSource.initialize(), metrics, onTold);
    metrics?.read('millrace_db_connections', () => connectionsOf(database.pool));
    return database;
  }

  /** Brings the schema up to date; a second process that migrates at the same time waits for the first. */
  async migrate(): Promise<void> {
    const lock = await this.pool.connect();
    try {
      await lock.query(`SELECT pg_advisory_lock(hashtext('millrace.migrate'))`);
      await lock.query('CREATE SCHEMA IF NOT EXISTS millrace');
      await this.dataSource.runMigrations();
    } finally {
      // Ends the session, and the lock with it.
      lock.release(true);
    }
  }

  /** TypeORM's own pool. */
  get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  query<Row extends QueryResultRow>(text: string, params: readonly unknown[] = []) {
    return this.#run<Row>(this.pool, text, params, this.onTold);
  }

  /** Runs `work` in one transaction: COMMIT when it resolves, ROLLBACK when it throws. */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const told: string[] = [];
    const onTold: OnTold = (runIds) => told.push(...runIds);
    const onLost = (error: Error) => (broken = error);
    client.on('error', onLost);
    try {
      await client.query('BEGIN');
      const result = await work({ client, query: (text, params = []) => this.#run(client, text, params, onTold) });
      await this.#timed('commit', () => client.query('COMMIT'));
      if (told.length > 0) this.onTold(told);
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => (broken = rollbackError));
      throw error;
    } finally {
      client.off('error', onLost);
      client.release(broken);
    }
  }

  /** A statement that opens with its name, `/* runs.claim *\/`, is prepared once a connection under that name. */
  async #run<Row extends QueryResultRow>(
    on: Pool | PoolClient,
    text: string,
    params: readonly unknown[],
    onTold: OnTold,
  ) {
    const name = STATEMENT_NAME.exec(text)?.[1];
    const send = () => on.query<Row>({ text, values: [...params], ...(name === undefined ? {} : { name }) });
    const { rows, rowCount } = await this.#timed(name ?? 'other', () =>
      // What belongs to nothing, a beat or a look, would be a trace of its own each time.
      currentTrace() !== undefined ? inSpan(`sql ${name ?? 'statement'}`, SQL_SPAN, send) : send(),
    );
    const told = runsTold(name, rows, params);
    if (told.length > 0) onTold(told);
    return { rows, rowCount: rowCount ?? 0 };
  }

  async #timed<T>(statement: string, send: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await send();
    } finally {
      const seconds = (performance.now() - begun) / 1_000;
      this.metrics?.observe('millrace_db_statement_duration_seconds', { statement }, seconds);
    }
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}

/**
 * A lost connection, unheard, would end the process. The pool listens to idle clients, who works with one to that; between
 * the two, while a client is handed over, nobody would. What is asked of a lost one fails.
 */
function surviveLoss(client: PoolClient): void {
  client.on('error', () => undefined);
}

function connectionsOf({ totalCount, idleCount, waitingCount }: Pool) {
  const counts = { busy: totalCount - idleCount, idle: idleCount, awaited: waitingCount };
  return Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }));
}

/** What every span of a statement says. */
export const SQL_SPAN = { kind: 'client', attributes: { 'db.system.name': 'postgresql' } } as const;
