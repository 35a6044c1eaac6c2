import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { WorkerInfo, WorkerLeases } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import { Loop } from './loop.js';

/** A worker that has not renewed for this long, in milliseconds, has lost its runs. */
export const LEASE_MS = 10_000;
const BEAT_MS = 2_000;

/** Says who this worker is. */
export function describeWorker(queues: readonly string[]): WorkerInfo {
  return { id: randomUUID(), host: hostname(), pid: process.pid, queues };
}

/** Holds the worker's lease from `start` to `stop` (R9). */
export class WorkerPresence {
  readonly #loop: Loop;
  /** Monotonic times, in milliseconds, of the latest renewal and of the first since which none came late. */
  #renewedAt = -Infinity;
  #heldSince = -Infinity;

  constructor(
    private readonly worker: WorkerInfo,
    private readonly leases: WorkerLeases,
    logger: Logger,
  ) {
    this.#loop = new Loop('worker-lease', BEAT_MS, () => this.renew(), logger);
  }

  /** Resolves when the lease is taken. */
  async start(): Promise<void> {
    await this.renew();
    this.#loop.start();
  }

  async renew(): Promise<void> {
    const asked = performance.now();
    await this.leases.renew(this.worker, LEASE_MS);
    if (asked - this.#renewedAt > LEASE_MS) this.#heldSince = asked;
    this.#renewedAt = asked;
  }

  /**
   * Milliseconds for which this worker has held its lease without a gap. While it is less than a lease, what looks like
   * other workers' end may be our own absence, or the server's.
   */
  heldForMs(): number {
    const now = performance.now();
    return now - this.#renewedAt > LEASE_MS ? 0 : now - this.#heldSince;
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.leases.release(this.worker.id);
  }
}
