import { setTimeout as delay } from 'node:timers/promises';
import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import { Pool } from 'pg';

/** BullMQ's functions answer "no such job", "lock lost" and the like with this SQLSTATE: the server is well. */
const BULLMQ_ANSWER = 'BM001';
const FAILURE_PACE_MS = 250;
const CONNECT_TIMEOUT_MS = 5_000;

export interface QueuePoolOptions {
  readonly url: string;
  /** Connections at most; each worker keeps one for LISTEN as long as it lives. */
  readonly max: number;
}

/**
 * The connections of all BullMQ objects of a process: shared, they are 20 where a pool each would be 70.
 *
 * A failed call is answered no sooner than 250 ms later. BullMQ's worker loop asks again at once after most errors; without
 * the pause a server that is starting up or gone costs a core and a log line per try.
 */
export class QueuePool implements PgPool {
  readonly #pool: Pool;

  constructor({ url, max }: QueuePoolOptions) {
    this.#pool = new Pool({
      connectionString: url,
      max,
      application_name: 'millrace-queue',
      options: '-c search_path=bullmq',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // BullMQ works with some clients unheard, and a connection lost in its hands would end the process.
      onConnect: (client) => void client.on('error', () => undefined),
    });
    // Each BullMQ object adds a listener of its own.
    this.#pool.setMaxListeners(0);
  }

  /** BullMQ reads here whether a silently dropped LISTEN connection will be noticed. */
  get options(): { readonly keepAlive: true } {
    return { keepAlive: true };
  }

  query<Row>(text: string, params: readonly unknown[] = []): Promise<PgQueryResult<Row>> {
    return paced(async () => {
      const { rows, rowCount } = await this.#pool.query(text, [...params]);
      return { rows: rows as Row[], rowCount };
    });
  }

  connect(): Promise<PgPoolClient> {
    return paced(async () => (await this.#pool.connect()) as unknown as PgPoolClient);
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  on(event: 'error' | 'connect', listener: (...args: never[]) => void): this {
    this.#pool.on(event as 'error', listener as (error: Error) => void);
    return this;
  }

  removeAllListeners(event?: string): this {
    this.#pool.removeAllListeners(event);
    return this;
  }
}

async function paced<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: unknown }).code !== BULLMQ_ANSWER) await delay(FAILURE_PACE_MS);
    throw error;
  }
}
