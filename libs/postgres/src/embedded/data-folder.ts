import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServerError } from './embedded-server.errors.js';
import { accountMay, REACHABLE_FOLDER, spawnOptions, type Account } from './operating-system-account.js';
import type { ServerBinaries } from './server-binaries.js';

const execute = promisify(execFile);
const PASSWORD_FILE = 'millrace-password';

/** The server's only login; its password is random and kept in the data folder, mode 0600. */
export const SUPERUSER = 'millrace';

/**
 * The folder asked for or, when PostgreSQL's user cannot enter the folder above it (root's checkout below a private
 * home), one in `/var/lib/millrace` named after it.
 */
export async function placeDataFolder(
  wanted: string,
  account: Account,
  onProgress: (line: string) => void,
): Promise<string> {
  const dataDir = resolve(wanted);
  const parent = dirname(dataDir);
  await makeFolder(parent);
  if (account === undefined || (await accountMay(account, '-x', parent))) return dataDir;

  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const moved = join(REACHABLE_FOLDER, name, basename(dataDir));
  await makeFolder(dirname(moved));
  await chmod(REACHABLE_FOLDER, 0o755);
  await chmod(dirname(moved), 0o755);
  onProgress(`The user that runs PostgreSQL cannot reach ${parent}: its data is kept in ${moved}`);
  return moved;
}

/**
 * Creates the database cluster unless there is one.
 *
 * @returns the superuser's password
 * @throws EmbeddedServerError MR_EMBEDDED_DATA_DIR when the folder holds something else, belongs to someone else, or
 * cannot be written
 */
export async function prepareDataFolder(
  dataDir: string,
  account: Account,
  { initdb }: ServerBinaries,
  onProgress: (line: string) => void,
): Promise<string> {
  const entries = await readdir(dataDir).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw unusable(dataDir, error);
  });
  if (entries.length === 0) {
    onProgress(`Creating the database in ${dataDir}`);
    await createCluster(dataDir, account, initdb);
  } else if (!entries.includes('PG_VERSION') || !entries.includes(PASSWORD_FILE)) {
    throw new EmbeddedServerError(
      'MR_EMBEDDED_DATA_DIR',
      `${dataDir} holds something that is no database of Millrace. Move it away, or set MILLRACE_HOME to another folder.`,
    );
  }
  return readFile(join(dataDir, PASSWORD_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(dataDir, error);
  });
}

/** initdb works in a folder beside, renamed when complete: a start that was killed half-way leaves no half database. */
async function createCluster(dataDir: string, account: Account, initdb: string): Promise<void> {
  const staging = `${dataDir}.new`;
  const cluster = join(staging, 'cluster');
  const passwordFile = join(staging, 'password');
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { mode: 0o700 });
    await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account !== undefined) {
      await Promise.all([staging, passwordFile].map((path) => chown(path, account.uid, account.gid)));
    }
    await execute(initdb, initdbArguments(cluster, passwordFile), spawnOptions(account));
    await rename(passwordFile, join(cluster, PASSWORD_FILE));
    await rename(cluster, dataDir);
  } catch (error) {
    throw unusable(dataDir, error);
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The built-in locale sorts alike on every machine, whatever the system's libraries are upgraded to. */
const initdbArguments = (cluster: string, passwordFile: string) => [
  `--pgdata=${cluster}`,
  `--username=${SUPERUSER}`,
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw unusable(folder, error);
  });
}

function unusable(folder: string, cause: unknown): EmbeddedServerError {
  const { stderr, message, code } = cause as { stderr?: string; message: string; code?: unknown };
  const foreign = code === 'EACCES' || code === 'EPERM';
  const reason = foreign ? 'it may not be written by this user' : (stderr?.trim() || message).split('\n')[0];
  return new EmbeddedServerError(
    'MR_EMBEDDED_DATA_DIR',
    `PostgreSQL's data folder ${folder} cannot be used: ${reason}. ` +
      'Make it writable, start as its owner, or set MILLRACE_HOME to another folder.',
    { cause },
  );
}
