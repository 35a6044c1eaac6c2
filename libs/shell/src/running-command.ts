import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { OutputLog } from './output-log.js';
import { ProcessGroup } from './process-group.js';
import type { CommandEnd } from './shell.errors.js';

/** Milliseconds for what a command has left in the background to end by itself, as `tee` does. */
const BACKGROUND_MS = 500;
/** Milliseconds for what is in the pipes after the whole group has gone: someone outside of it may hold them open. */
const PIPES_MS = 2_000;

/** A command that runs: its process group, its pipes, its end. */
export class RunningCommand {
  /** Undefined: it did not start. */
  readonly pid: number | undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #graceMs: number;
  readonly #group: ProcessGroup | undefined;
  readonly #exited: Promise<CommandEnd>;

  constructor(
    [program, ...args]: readonly [string, ...string[]],
    options: { readonly cwd: string; readonly env: Record<string, string>; readonly graceMs: number },
  ) {
    // Detached: a group of its own, which can be ended as one.
    this.#child = spawn(program, args, { cwd: options.cwd, env: options.env, detached: true, stdio: 'pipe' });
    this.#graceMs = options.graceMs;
    this.pid = this.#child.pid;
    this.#group = this.pid === undefined ? undefined : new ProcessGroup(this.pid);
    this.#exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    // Observed later, or never when nobody waits any more.
    this.#exited.catch(() => undefined);
    // A command may end without having read its input. One that did not start may have no pipe at all.
    if (this.pid !== undefined) this.#child.stdin.on('error', () => undefined);
  }

  /**
   * Feeds it its input and waits until it, all that it started in its group, and its output have ended.
   * @throws what the system says when the command does not start
   */
  async finish(input: string, output: OutputLog): Promise<CommandEnd> {
    if (this.pid === undefined) return this.#exited;
    const { stdin, stdout, stderr } = this.#child;
    stdin.end(input);
    const followed = Promise.all([output.follow(stdout, 'info'), output.follow(stderr, 'warn')]);
    const end = await this.#exited;
    await settledWithin(followed, BACKGROUND_MS);
    // What it left in the background goes with it, and would hold the pipes.
    await this.end();
    await settledWithin(followed, PIPES_MS);
    for (const pipe of [stdout, stderr]) pipe.destroy();
    await followed;
    return end;
  }

  /** Ends the whole group: SIGTERM, and SIGKILL after the grace time. */
  async end(): Promise<void> {
    await this.#group?.end(this.#graceMs);
  }
}

/** Resolves when the promise has settled, or after this many milliseconds. */
async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, timeUp]);
  clearTimeout(timer);
}
