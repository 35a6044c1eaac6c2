import type { HintChannel } from '@millrace/engine';
import pg from 'pg';

const CHANNEL = 'millrace_runs';
/** Milliseconds that a connection or a statement may take. */
const LIMIT_MS = 5_000;
/** Milliseconds between two tries to hear again. */
const AGAIN_MS = 1_000;

/**
 * Hints by NOTIFY, from a connection of their own (R15): within a batch's transaction it would hold up the commits of all
 * others that notify. A subscriber that loses its connection comes back, and says that it may have missed some.
 */
export class PostgresHintChannel implements HintChannel {
  #connecting: Promise<pg.Client> | undefined;
  #subscriber: { readonly onText: (text: string) => void; readonly onGap: () => void } | undefined;
  #again: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly options: { readonly url: string; readonly applicationName: string }) {}

  async publish(texts: readonly string[]): Promise<void> {
    await this.#send('SELECT pg_notify($1, text) FROM unnest($2::text[]) AS text', [CHANNEL, texts]);
  }

  async subscribe(onText: (text: string) => void, onGap: () => void): Promise<void> {
    this.#subscriber = { onText, onGap };
    // A connection that is there already does not listen yet.
    await this.#send(`LISTEN ${CHANNEL}`, []);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    const client = await this.#connecting?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  /** One statement at a time, as a connection takes them. */
  #send(text: string, params: readonly unknown[]): Promise<void> {
    const sending = this.#sending.then(async () => void (await (await this.#connected()).query(text, [...params])));
    this.#sending = sending.catch(() => undefined);
    return sending;
  }

  #connected(): Promise<pg.Client> {
    if (this.#closed) return Promise.reject(new Error('The channel for hints is closed.'));
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = undefined;
      this.#hearAgain();
      throw error;
    });
    return this.#connecting;
  }

  async #connect(): Promise<pg.Client> {
    const { url, applicationName } = this.options;
    const client = new pg.Client({
      ...{ connectionString: url, application_name: applicationName, keepAlive: true },
      ...{ connectionTimeoutMillis: LIMIT_MS, query_timeout: LIMIT_MS },
    });
    client.on('notification', ({ payload = '' }) => this.#subscriber?.onText(payload));
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    await client.connect();
    if (this.#subscriber !== undefined) await client.query(`LISTEN ${CHANNEL}`);
    return client;
  }

  #lose(client: pg.Client): void {
    client
      .removeAllListeners('end')
      .end()
      .catch(() => undefined);
    if (this.#connecting === undefined || this.#closed) return;
    this.#connecting = undefined;
    this.#hearAgain();
  }

  #hearAgain(): void {
    if (this.#subscriber === undefined || this.#closed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      this.#connected().then(
        () => this.#subscriber?.onGap(),
        () => undefined,
      );
    }, AGAIN_MS).unref();
  }
}
