import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessLog } from './process-log.js';
import { StandaloneError } from './standalone.errors.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A child that lived this long starts over with the first pause. */
const HEALTHY_MS = 60_000;
/** On top of the grace that the child gives its own tasks: for what it aborts then, the hand-back, and closing connections. */
const CLOSING_MS = 20_000;

export interface SupervisedProcessOptions {
  readonly name: string;
  /** Path of its `main.js`. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: ProcessLog;
  readonly say: (line: string) => void;
  /** Its process id has changed. */
  readonly onSpawn: () => Promise<void>;
  /** It ended unasked and is started again. */
  readonly onRestart: () => void;
}

/**
 * A child process that is started again whenever it ends unasked, after pauses that double. It is spawned in a session
 * of its own, so that Ctrl-C reaches the launcher alone, which stops its children in order, and with an IPC channel,
 * whose end tells it that the launcher is gone.
 */
export class SupervisedProcess {
  #child: ChildProcess | undefined;
  #stopping = false;
  #pauseMs = FIRST_PAUSE_MS;
  #startedAt = 0;

  constructor(private readonly options: SupervisedProcessOptions) {}

  get name(): string {
    return this.options.name;
  }

  get program(): string {
    return this.options.program;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the child has said that it is ready. @throws StandaloneError MR_PROCESS_NOT_STARTED */
  async start(): Promise<void> {
    const { name, log } = this.options;
    if (this.#stopping) throw new StandaloneError('MR_PROCESS_NOT_STARTED', `${name} was stopped meanwhile.`);
    const child = await this.#spawn();
    const ready = new Promise<boolean>((resolve) => {
      child.once('message', () => resolve(true));
      child.once('close', () => resolve(false));
    });
    if (!(await ready)) {
      throw new StandaloneError(
        'MR_PROCESS_NOT_STARTED',
        log.lastWarning ?? `${name} ended before it was ready; its log is ${log.file}.`,
      );
    }
    child.once('exit', (code, signal) => void this.#restart(signal ?? `code ${code}`));
    // It may have ended between its message and the line above.
    if (child.exitCode !== null || child.signalCode !== null) void this.#restart('an early exit');
  }

  /** SIGTERM, then SIGKILL when the grace is over; resolves when the process is gone. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs + CLOSING_MS);
    await gone;
    clearTimeout(timer);
  }

  /** For a hurried end. */
  kill(): void {
    this.#stopping = true;
    this.#child?.kill('SIGKILL');
  }

  async #spawn(): Promise<ChildProcess> {
    const { program, env, log } = this.options;
    const child = fork(program, [], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    this.#startedAt = Date.now();
    if (child.stdout !== null) log.follow(child.stdout);
    if (child.stderr !== null) log.follow(child.stderr);
    child.once('exit', () => (this.#child = undefined));
    await this.options.onSpawn();
    return child;
  }

  async #restart(reason: string): Promise<void> {
    const { name, say, onRestart } = this.options;
    for (;;) {
      if (this.#stopping) return;
      if (Date.now() - this.#startedAt > HEALTHY_MS) this.#pauseMs = FIRST_PAUSE_MS;
      say(`${name} ended (${reason}); it is started again in ${this.#pauseMs / 1_000} s`);
      await delay(this.#pauseMs, undefined, { ref: false });
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      if (this.#stopping) return;
      onRestart();
      try {
        await this.start();
        return say(`${name} runs again`);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  }
}
