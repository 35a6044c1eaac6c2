import { setTimeout as delay } from 'node:timers/promises';
import { MISCOUNTED_CALLS } from './audit-trail.sql.js';
import type { DatabaseClient } from './database-client.js';
import type { MiscountedCall } from './evidence.js';

const EVERY_MS = 5_000;

/** Counts the children of every call again and again while they run; one statement sees one moment. */
export class MiscountWatch {
  readonly found: MiscountedCall[] = [];
  readonly #ending = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(private readonly database: DatabaseClient) {}

  start(): void {
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      this.found.push(...(await this.database.rows<MiscountedCall>(MISCOUNTED_CALLS)));
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
