import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlive, runs, waitUntilGone } from './process-table.js';
import { StandaloneError } from './standalone.errors.js';

/** A launcher that has begun to stop is waited for this long. */
const STOPPING_MS = 60_000;
/** Children notice within milliseconds that their launcher was killed; what they run may take a little to close. */
const ORPHAN_MS = 5_000;

interface LockedProcess {
  readonly pid: number;
  /** Its program, as it stands in its command line. */
  readonly program: string;
}

interface Holder extends LockedProcess {
  readonly stopping: boolean;
  readonly children: readonly LockedProcess[];
}

/**
 * One Millrace a MILLRACE_HOME: the file `millrace.lock` in it names the launcher and its children. The lock of a
 * launcher that was killed is taken over, once its children are gone too.
 */
export class HomeLock {
  #holder: Holder = { pid: process.pid, program: basename(process.argv[1] ?? ''), stopping: false, children: [] };

  #written: Promise<void> = Promise.resolve();

  private constructor(private readonly file: string) {}

  /** @throws StandaloneError MR_ALREADY_RUNNING */
  static async acquire(home: string): Promise<HomeLock> {
    const lock = new HomeLock(join(home, 'millrace.lock'));
    await lock.#clearLeftOver(home);
    await writeFile(lock.file, JSON.stringify(lock.#holder), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? alreadyRunning(home, 'another one that starts just now') : error;
    });
    return lock;
  }

  setChildren(children: readonly LockedProcess[]): Promise<void> {
    return this.#change({ children });
  }

  setStopping(): Promise<void> {
    return this.#change({ stopping: true });
  }

  async release(): Promise<void> {
    await this.#written;
    await rm(this.file, { force: true });
  }

  /** One after the other and by rename: children start at the same time, and a reader must never see half a file. */
  #change(change: Partial<Holder>): Promise<void> {
    this.#holder = { ...this.#holder, ...change };
    const text = JSON.stringify(this.#holder);
    this.#written = this.#written.then(async () => {
      await writeFile(`${this.file}.new`, text);
      await rename(`${this.file}.new`, this.file);
    });
    return this.#written;
  }

  async #clearLeftOver(home: string): Promise<void> {
    const holder = await this.#read();
    if (holder === undefined) return;
    if (await runs(holder.pid, holder.program)) {
      const gone = holder.stopping && (await waitUntilGone(holder.pid, STOPPING_MS));
      if (!gone) throw alreadyRunning(home, `process ${holder.pid}`);
    }
    await Promise.all(holder.children.map(endOrphan));
    await this.release();
  }

  async #read(): Promise<Holder | undefined> {
    try {
      return JSON.parse(await readFile(this.file, 'utf8')) as Holder;
    } catch (error) {
      // A launcher that was killed while it created the file leaves no JSON.
      if (error instanceof SyntaxError) await this.release();
      return undefined;
    }
  }
}

async function endOrphan({ pid, program }: LockedProcess): Promise<void> {
  if (!(await runs(pid, program)) || (await waitUntilGone(pid, ORPHAN_MS))) return;
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await waitUntilGone(pid, ORPHAN_MS);
}

const alreadyRunning = (home: string, who: string) =>
  new StandaloneError(
    'MR_ALREADY_RUNNING',
    `Millrace already runs in ${home} (${who}). Stop it first, or give this one a MILLRACE_HOME and a PORT of its own.`,
  );
