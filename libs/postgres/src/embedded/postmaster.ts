import { execFile, spawn } from 'node:child_process';
import { open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedServerError } from './embedded-server.errors.js';
import { spawnOptions, type Account } from './operating-system-account.js';

const execute = promisify(execFile);
const POLL_MS = 10;
/** Longer than the recovery after a crash under load. */
const START_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 30_000;

/** The server's main process, as its lock file `postmaster.pid` tells. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** What `postmaster.pid` says; undefined: no server. @see https://www.postgresql.org/docs/18/storage-file-layout.html */
async function readPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port, , , , status] = text.split('\n');
  if (!Number(pid)) return undefined;
  return { pid: Number(pid), port: Number(port), ready: status?.trim() === 'ready' };
}

/**
 * The server that a killed parent left running on this folder; undefined when there is none. A lock file whose process
 * id went to another program since (after a reboot, say) is removed, because PostgreSQL would not start over it.
 */
export async function findLeftOver(dataDir: string): Promise<Postmaster | undefined> {
  const postmaster = await readPostmaster(dataDir);
  if (postmaster === undefined || !isAlive(postmaster.pid)) return undefined;
  if ((await commandLine(postmaster.pid)).includes(dataDir)) return postmaster;
  await unlink(join(dataDir, 'postmaster.pid'));
  return undefined;
}

/** A port was taken between its choice and the server's start: choose another. */
export class PortTakenError extends Error {}

/**
 * Starts the server and waits until it takes connections. It has its own session, so that Ctrl-C in a terminal reaches
 * the launcher alone, which stops it last.
 *
 * @throws PortTakenError
 * @throws EmbeddedServerError MR_EMBEDDED_START with the server's own reason
 */
export async function startPostmaster(
  program: string,
  dataDir: string,
  settings: Readonly<Record<string, string | number>>,
  account: Account,
): Promise<Postmaster> {
  const logFile = join(dataDir, 'server.log');
  const log = await open(logFile, 'w', 0o600);
  if (account !== undefined) await log.chown(account.uid, account.gid);
  const args = ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const server = spawn(program, args, { ...spawnOptions(account), detached: true, stdio: ['ignore', log.fd, log.fd] });
  let ended = false;
  server.once('error', () => (ended = true)).once('exit', () => (ended = true));
  server.unref();
  await log.close();

  const deadline = Date.now() + START_DEADLINE_MS;
  while (!ended && Date.now() < deadline) {
    const postmaster = await readPostmaster(dataDir);
    if (postmaster?.pid === server.pid && postmaster?.ready) return postmaster;
    await delay(POLL_MS);
  }
  if (!ended && server.pid !== undefined) await stopPostmaster(server.pid);
  throw await startFailure(logFile);
}

/** Fast shutdown: open transactions roll back, connections close, data is flushed. Returns when the process is gone. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const deadline = Date.now() + STOP_DEADLINE_MS;
    if (isAlive(pid)) process.kill(pid, signal);
    while (isAlive(pid) && Date.now() < deadline) await delay(POLL_MS);
    if (!isAlive(pid)) return;
  }
  throw new EmbeddedServerError('MR_EMBEDDED_STOP', `PostgreSQL (process ${pid}) does not stop. Look at its disk.`);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function commandLine(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const { stdout } = await execute('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout;
  });
}

async function startFailure(logFile: string): Promise<Error> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  if (/Address already in use/.test(log)) return new PortTakenError();
  const reason = /FATAL:\s+(.*)/.exec(log)?.[1] ?? log.trim().split('\n').at(-1) ?? 'it ended without a word';
  return new EmbeddedServerError('MR_EMBEDDED_START', `PostgreSQL did not start: ${reason} (its log: ${logFile}).`);
}
