import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@millrace/testing';

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 2_000;
/** Milliseconds that a process may take to stop in order. */
const STOP_MS = 20_000;
const READY_MS = 60_000;

export interface ServiceProcessOptions {
  readonly name: string;
  /** Path of its `main.js`. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly logFile: string;
}

/** A process ended though nobody had asked for it. */
export interface OwnEnd {
  readonly name: string;
  /** It had said that it serves. */
  readonly wasReady: boolean;
  readonly code: number | null;
}

/**
 * One process of the system. It is started again when it ends by itself, as any supervisor would; what chaos ends stays
 * down until chaos brings it up.
 */
export class ServiceProcess {
  #child: ChildProcess | undefined;
  #ready = false;
  #wanted = false;
  #pauseMs = FIRST_PAUSE_MS;
  /** Each time that it ended unasked. */
  readonly ownEnds: OwnEnd[] = [];

  constructor(readonly options: ServiceProcessOptions) {}

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get ready(): boolean {
    return this.#ready;
  }

  up(): void {
    this.#wanted = true;
    if (this.#child === undefined) this.#spawn();
  }

  /** Resolves when it has said that it serves. */
  async untilReady(): Promise<void> {
    await waitFor(() => this.#ready, { deadline: READY_MS, interval: 50 }).catch(() => {
      throw new Error(`${this.name} is not ready after ${READY_MS / 1_000} s; its log is ${this.options.logFile}`);
    });
  }

  /** Ends it and resolves when it is gone; one that does not stop in order is killed. */
  async down(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(timer);
  }

  /** Stands still for this long, unless something ends it meanwhile. */
  async pause(ms: number): Promise<void> {
    const child = this.#child;
    child?.kill('SIGSTOP');
    await delay(ms);
    child?.kill('SIGCONT');
  }

  #spawn(): void {
    const { program, env, folder, logFile } = this.options;
    const log = openSync(logFile, 'a');
    const child = fork(program, [], {
      ...{ env, cwd: folder, detached: true, execArgv: [] },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#child = child;
    child.once('message', () => {
      this.#ready = true;
      this.#pauseMs = FIRST_PAUSE_MS;
    });
    child.once('exit', (code) => {
      const wasReady = this.#ready;
      this.#child = undefined;
      this.#ready = false;
      if (!this.#wanted) return;
      this.ownEnds.push({ name: this.name, wasReady, code });
      setTimeout(() => this.#wanted && this.#child === undefined && this.#spawn(), this.#pauseMs).unref();
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    });
  }
}
