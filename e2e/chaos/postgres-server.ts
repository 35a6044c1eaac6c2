import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedServer, type EmbeddedServer } from '@millrace/postgres/embedded';
import { waitFor } from '@millrace/testing';

const START_MS = 180_000;

/** A PostgreSQL that can be killed. Its durability is PostgreSQL's default; commits carry their time, for the audit. */
export class PostgresServer {
  #server: EmbeddedServer | undefined;

  constructor(private readonly dataDir: string) {}

  /** The same after each start. */
  get url(): string {
    if (this.#server === undefined) throw new Error('PostgreSQL was never started');
    return this.#server.url;
  }

  async start(): Promise<void> {
    const settings = { track_commit_timestamp: 'on', max_connections: 300 };
    // After a SIGKILL it refuses to start while old backends still hold its shared memory.
    const server = await waitFor(() => startEmbeddedServer({ dataDir: this.dataDir, settings }), {
      deadline: START_MS,
      interval: 100,
    });
    if (this.#server !== undefined && this.#server.url !== server.url) {
      throw new Error('PostgreSQL came back at another port: another program has taken its own');
    }
    this.#server = server;
  }

  /** In order, as a minor upgrade would. */
  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  /** As when the machine's memory runs out. */
  async kill(): Promise<void> {
    const pid = this.#server?.pid;
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    await waitUntilGone(pid);
  }
}

async function waitUntilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(10);
  }
}
