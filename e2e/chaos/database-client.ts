import { setTimeout as delay } from 'node:timers/promises';
import { Pool, type QueryResultRow } from 'pg';

/** Milliseconds for which the server may be away. */
const PATIENCE_MS = 60_000;

/** Chaos's own look at the database; asks again while the server is away. */
export class DatabaseClient {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url, max: 4, application_name: 'chaos' });
    this.#pool.on('error', () => undefined);
  }

  /** @throws what the server says, or that it is away, a minute after the first try */
  async rows<Row extends QueryResultRow>(statement: string): Promise<Row[]> {
    const started = performance.now();
    for (;;) {
      try {
        return (await this.#pool.query<Row>(statement)).rows;
      } catch (error) {
        if (performance.now() - started > PATIENCE_MS) throw error;
        await delay(100);
      }
    }
  }

  /** Milliseconds since 1970 by the server's clock. */
  async clock(): Promise<number> {
    const [row] = await this.rows<{ ms: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms');
    return row?.ms ?? 0;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
