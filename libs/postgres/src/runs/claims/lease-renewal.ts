import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { LeaseRenewal, WorkerInfo } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import { renewLeaseParams } from './postgres-worker-leases.js';
import { RENEW_LEASE } from './worker-leases.sql.js';

const BEAT_MS = 2_000;
const STOP_LIMIT_MS = 5_000;

/** What the thread is given. */
export interface LeaseThreadData {
  readonly url: string;
  readonly statement: { readonly text: string; readonly values: unknown[] };
  readonly leaseMs: number;
  readonly beatMs: number;
  readonly maxStallMs: number;
  /** Latest sign of the main loop, latest renewal, and the first one since which none came late. */
  readonly shared: SharedArrayBuffer;
}

/** What the thread says, once each time that it changes. */
export type LeaseThreadNews =
  | { readonly state: 'renewing' }
  | { readonly state: 'stalled' }
  | { readonly state: 'failing'; readonly reason: string };

export interface LeaseRenewalOptions {
  readonly url: string;
  readonly worker: WorkerInfo;
  /** Length of the lease, in milliseconds. */
  readonly leaseMs: number;
  /** Milliseconds that the main loop may stand still before the lease is let go. */
  readonly maxStallMs: number;
  readonly logger: Logger;
  /** Milliseconds between two renewals. @default 2000 */
  readonly beatMs?: number;
  /** The thread's program. @default the one beside this file */
  readonly program?: URL;
}

const TICK = 0;
const RENEWED = 1;
const HELD_SINCE = 2;

/**
 * Renews the lease from a thread with its own connection (R9): a task that keeps the main loop busy loses nothing, and a
 * process whose main loop stands still for longer than `maxStallMs` loses its runs to others.
 */
export class LeaseRenewalThread implements LeaseRenewal {
  readonly #times = new BigInt64Array(new SharedArrayBuffer(3 * 8));
  #thread: Worker | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;

  constructor(private readonly options: LeaseRenewalOptions) {}

  start(): void {
    if (this.#ticking !== undefined) return;
    const { beatMs = BEAT_MS } = this.options;
    this.#tick();
    this.#ticking = setInterval(() => this.#tick(), beatMs / 4);
    this.#startThread();
  }

  /** Resolves when the thread has ended, and with it what it was writing. */
  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    clearTimeout(this.#restart);
    this.#ticking = undefined;
    const thread = this.#thread;
    if (thread === undefined) return;
    const limit = new AbortController();
    const ended = once(thread, 'exit').then(() => limit.abort());
    thread.postMessage('stop');
    await Promise.race([ended, delay(STOP_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined)]);
    await thread.terminate();
  }

  heldForMs(): number {
    const now = process.hrtime.bigint();
    const renewed = Atomics.load(this.#times, RENEWED);
    if (renewed === 0n || milliseconds(now - renewed) > this.options.leaseMs) return 0;
    return milliseconds(now - Atomics.load(this.#times, HELD_SINCE));
  }

  #tick(): void {
    Atomics.store(this.#times, TICK, process.hrtime.bigint());
  }

  #startThread(): void {
    const { url, worker, leaseMs, maxStallMs, logger, beatMs = BEAT_MS } = this.options;
    const workerData: LeaseThreadData = {
      ...{ url, leaseMs, beatMs, maxStallMs, shared: this.#times.buffer },
      statement: { text: RENEW_LEASE, values: renewLeaseParams(worker, leaseMs) },
    };
    const program = this.options.program ?? new URL('./lease-renewal-thread.mjs', import.meta.url);
    // Not the loaders and profilers that the main thread was started with.
    const thread = new Worker(program, { workerData, execArgv: [], name: 'lease' });
    this.#thread = thread;
    thread.on('message', (news: LeaseThreadNews) => this.#log(news));
    thread.on('error', (error) => logger.error({ err: error }, 'the thread that renews the lease died'));
    thread.on('exit', () => {
      this.#thread = undefined;
      if (this.#ticking !== undefined) this.#restart = setTimeout(() => this.#startThread(), beatMs);
    });
  }

  #log(news: LeaseThreadNews): void {
    const { logger } = this.options;
    switch (news.state) {
      case 'renewing':
        return logger.info('the lease is renewed again');
      case 'failing':
        return logger.error({ reason: news.reason }, 'the lease could not be renewed, and is tried again');
      case 'stalled':
        return logger.error('the main loop stood still for so long that the lease was let go; its runs are lost');
    }
  }
}

const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;
