import type { Logger } from '@millrace/telemetry';
import pg from 'pg';

export interface LeadershipOptions {
  readonly url: string;
  readonly applicationName: string;
  /** What is led: of the processes that give one name, one leads. */
  readonly of: string;
  readonly logger: Logger;
  /** Milliseconds between two looks. @default 1000 */
  readonly beatMs?: number;
}

/** What a process does as long as it leads. */
export interface Led {
  /** May be called again after `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const TRY_TO_LEAD = `/* leadership.try */
SELECT pg_try_advisory_lock(hashtext('millrace.lead'), hashtext($1)) AS leads`;

/** Lets the server end the session of a leader that the network has cut off, and its lock with it. */
const NOTICE_SOON = `/* leadership.notice-soon */
SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 5000`;

/** A leader whose server says nothing for so long leads no more. */
const ANSWER_LIMIT_MS = 3_000;

/**
 * One of many processes leads: the one whose connection holds an advisory lock. The others stand by and take over a
 * second or a few after its connection is gone. For a moment two may think that they lead: what is led must bear it.
 */
export class Leadership {
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void> = Promise.resolve();
  #moving: Promise<void> = Promise.resolve();
  #leads = false;
  #stopped = false;

  constructor(
    private readonly led: Led,
    private readonly options: LeadershipOptions,
  ) {}

  /** Resolves once it leads and what is led has started, or another one leads, or the server does not answer yet. */
  async start(): Promise<void> {
    this.#stopped = false;
    await this.#turn();
    await this.#moving;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turning;
    this.#lose();
    await this.#moving;
  }

  #turn(): Promise<void> {
    this.#turning = this.#look().finally(() => {
      if (!this.#stopped) this.#timer = setTimeout(() => void this.#turn(), this.options.beatMs ?? 1_000);
    });
    return this.#turning;
  }

  async #look(): Promise<void> {
    try {
      const client = (this.#client ??= await this.#connect());
      if (this.#leads) await client.query('/* leadership.hold */ SELECT');
      else if (await this.#tries(client)) this.#gain();
    } catch (error) {
      this.options.logger.debug({ err: error }, 'no connection to lead by');
      this.#lose();
    }
  }

  async #tries(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ leads: boolean }>(TRY_TO_LEAD, [this.options.of]);
    return rows[0]?.leads === true && client === this.#client;
  }

  async #connect(): Promise<pg.Client> {
    const { url, applicationName } = this.options;
    const client = new pg.Client({
      ...{ connectionString: url, application_name: applicationName, keepAlive: true },
      ...{ connectionTimeoutMillis: ANSWER_LIMIT_MS, query_timeout: ANSWER_LIMIT_MS },
    });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    try {
      await client.connect();
      await client.query(NOTICE_SOON);
      return client;
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
  }

  #gain(): void {
    this.#leads = true;
    this.options.logger.info({ of: this.options.of }, 'leads from now on');
    this.#move(() => this.led.start());
  }

  /** @param client the one that was lost; another one may be there by now */
  #lose(client = this.#client): void {
    if (client === undefined || client !== this.#client) return;
    this.#client = undefined;
    // With the session its lock goes.
    client.end().catch(() => undefined);
    if (!this.#leads) return;
    this.#leads = false;
    if (!this.#stopped) this.options.logger.warn({ of: this.options.of }, 'leads no more: its connection is gone');
    this.#move(() => this.led.stop());
  }

  /** One after the other: what is led stops before it starts again. */
  #move(step: () => Promise<void>): void {
    this.#moving = this.#moving.then(step).catch((error: unknown) => {
      this.options.logger.error({ err: error, of: this.options.of }, 'what is led did not start or stop');
      this.#lose();
    });
  }
}
