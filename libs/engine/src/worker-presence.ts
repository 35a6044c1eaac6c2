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

  constructor(
    private readonly worker: WorkerInfo,
    private readonly leases: WorkerLeases,
    logger: Logger,
  ) {
    this.#loop = new Loop('worker-lease', BEAT_MS, () => leases.renew(worker, LEASE_MS), logger);
  }

  /** Resolves when the lease is taken. */
  async start(): Promise<void> {
    await this.leases.renew(this.worker, LEASE_MS);
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.leases.release(this.worker.id);
  }
}
