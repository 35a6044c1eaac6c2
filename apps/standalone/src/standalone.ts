import { constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config, Environment } from '@millrace/config';
import { startEmbeddedServer, type EmbeddedServer } from '@millrace/postgres/embedded';
import { Metrics, type MetricsServer, serveMetrics } from '@millrace/telemetry';
import { waitUntilHealthy } from './api-health.js';
import { HomeLock } from './home-lock.js';
import { runMigrations } from './migrations.js';
import { requireFolder, requireFreeAddress } from './preconditions.js';
import { ProcessLog } from './process-log.js';
import { StandaloneError } from './standalone.errors.js';
import { SupervisedProcess } from './supervised-process.js';
import { apiUrl, welcome } from './welcome.js';

/** In the order in which they stop: nothing new comes in, then nothing new is found, then what runs is finished. */
const CHILDREN = ['api', 'file-watcher', 'worker'] as const;

const programOf = (app: string) => fileURLToPath(new URL(`../../${app}/dist/main.js`, import.meta.url));

/** Where each process serves its metrics, from METRICS_PORT on; the API has its own port for them too. */
const METRICS_PORTS: Readonly<Record<string, number>> = { worker: 0, 'file-watcher': 1, standalone: 2 };

function portOf(name: string, first: number | undefined): number | undefined {
  const place = METRICS_PORTS[name];
  return first === undefined || place === undefined ? undefined : first + place;
}

/** Says one line to the person at the terminal. */
export type Say = (line: string) => void;

/** The whole of Millrace on one machine: PostgreSQL unless DATABASE_URL names one, and the three processes. */
export class Standalone {
  readonly #logs: string;
  readonly #metrics = new Metrics('standalone');
  #scraped: MetricsServer | undefined;
  #lock: HomeLock | undefined;
  #server: EmbeddedServer | undefined;
  #children: SupervisedProcess[] = [];
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  constructor(
    private readonly config: Config,
    private readonly env: Environment,
    private readonly say: Say,
  ) {
    this.#logs = join(config.files.home, 'logs');
  }

  /** @throws StandaloneError, or the embedded server's own, in a sentence for people; call `stop` then */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  /** In order; resolves when everything is gone. Safe to call at any time, and twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Ends what a stop in progress waits for; PostgreSQL still closes its files. */
  hurry(): void {
    for (const child of this.#children) child.kill();
  }

  async #start(): Promise<void> {
    const { files, http, metrics } = this.config;
    const begun = Date.now();
    await requireFolder(files.home, 'MILLRACE_HOME');
    for (const inbox of files.inboxes) await requireFolder(inbox, 'INBOX_DIR', constants.R_OK);
    this.#lock = await HomeLock.acquire(files.home);
    await requireFreeAddress(http.host, http.port);
    this.#scraped = await serveMetrics(this.#metrics, { ...metrics, port: portOf('standalone', metrics.port) });

    const { url, file } = await this.#database();
    const env = { ...this.env, DATABASE_URL: url, LOG_FORMAT: 'json' };
    await this.#unlessStopping('Bringing the database up to date', () =>
      runMigrations(programOf('migrate'), env, this.#logs),
    );
    await this.#unlessStopping(`Starting ${CHILDREN.join(', ')}`, () => this.#startChildren(env));
    await this.#unlessStopping('Waiting for the API', () => waitUntilHealthy(apiUrl(http)));
    this.say(
      welcome({
        config: this.config,
        databaseUrlFile: file,
        dataDir: this.#server?.dataDir,
        logs: this.#logs,
        seconds: (Date.now() - begun) / 1_000,
      }),
    );
  }

  async #database(): Promise<{ url: string; file: string | undefined }> {
    const { database, files } = this.config;
    if (database.url !== undefined) return { url: database.url, file: undefined };
    this.#server = await this.#unlessStopping('Starting PostgreSQL', () =>
      startEmbeddedServer({ dataDir: join(files.home, 'postgres'), onProgress: this.say }),
    );
    const file = join(files.home, 'database-url');
    await writeFile(file, this.#server.url, { mode: 0o600 });
    return { url: this.#server.url, file };
  }

  async #startChildren(env: NodeJS.ProcessEnv): Promise<void> {
    this.#children = await Promise.all(
      CHILDREN.map(
        async (name) =>
          new SupervisedProcess({
            name,
            program: programOf(name),
            env: { ...env, METRICS_PORT: String(portOf(name, this.config.metrics.port) ?? '') },
            log: await ProcessLog.open(this.#logs, name, (line) => this.say(`${name}: ${line}`)),
            say: this.say,
            onSpawn: () => this.#recordChildren(),
            onRestart: () => this.#metrics.count('millrace_process_restarts_total', { child: name }),
          }),
      ),
    );
    await Promise.all(this.#children.map((child) => child.start()));
  }

  /** So that a start after this launcher was killed can wait for them. */
  async #recordChildren(): Promise<void> {
    await this.#lock?.setChildren(
      this.#children.flatMap(({ pid, program }) => (pid === undefined ? [] : [{ pid, program }])),
    );
  }

  async #unlessStopping<T>(step: string, work: () => Promise<T>): Promise<T> {
    if (this.#stopping !== undefined) throw new StandaloneError('MR_PROCESS_NOT_STARTED', 'it was stopped meanwhile');
    this.say(`${step} ...`);
    return work();
  }

  async #stop(): Promise<void> {
    await this.#lock?.setStopping();
    await this.#stopChildren();
    await this.#starting.catch(() => undefined);
    await this.#stopChildren();
    await this.#scraped?.close();
    await this.#server?.stop();
    await this.#lock?.release();
  }

  async #stopChildren(): Promise<void> {
    for (const child of this.#children) await child.stop(this.config.worker.shutdownGraceMs);
  }
}
