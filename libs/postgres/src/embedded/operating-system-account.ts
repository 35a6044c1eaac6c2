import { execFile, spawn, type SpawnOptions } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedServerError } from './embedded-server.errors.js';

const execute = promisify(execFile);
const ACCOUNT_OF_ROOT = 'postgres';

/** Where root keeps what PostgreSQL's user must reach, when the checkout lies below a private home. */
export const REACHABLE_FOLDER = '/var/lib/millrace';

/** Whom PostgreSQL's processes run as; undefined: whoever we are. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

/** How a program of PostgreSQL is spawned: as the account, from a folder that it can enter, with English messages. */
export const spawnOptions = (account: Account) =>
  ({ ...account, cwd: '/', env: { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' } }) satisfies SpawnOptions;

/**
 * PostgreSQL refuses to run as root. Root therefore runs it as the data folder's owner, when there is one already, or
 * as the user `postgres`, which is created when missing.
 *
 * @throws EmbeddedServerError MR_EMBEDDED_ACCOUNT when that user cannot be created
 */
export async function accountFor(dataDir: string, onProgress: (line: string) => void): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await findAccount(ACCOUNT_OF_ROOT)) ?? (await createAccount(ACCOUNT_OF_ROOT, onProgress));
}

/** Whether the account may enter (`-x`) or write (`-w`) this folder, every folder above it included. */
export async function accountMay(account: Account, right: '-x' | '-w', folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const test = spawn('test', [right, folder], { ...spawnOptions(account), stdio: 'ignore' });
    test.once('error', () => resolve(false));
    test.once('exit', (code) => resolve(code === 0));
  });
}

async function findAccount(name: string): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => execute('id', [flag, name])));
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
  } catch {
    return undefined;
  }
}

async function createAccount(name: string, onProgress: (line: string) => void): Promise<Account> {
  onProgress(`PostgreSQL refuses to run as root: creating the user ${name}`);
  try {
    await execute('groupadd', ['--system', '--force', name]);
    await execute('useradd', ['--system', '--gid', name, '--no-create-home', '--home-dir', '/nonexistent', name]);
  } catch (error) {
    throw new EmbeddedServerError(
      'MR_EMBEDDED_ACCOUNT',
      `PostgreSQL refuses to run as root, and the user "${name}" could not be created ` +
        `(${firstLine(error)}). Create it, start Millrace as a normal user, or set DATABASE_URL.`,
      { cause: error },
    );
  }
  return findAccount(name);
}

const firstLine = (error: unknown) => {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split('\n')[0];
};
