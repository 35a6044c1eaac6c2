import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { LeaseRenewal, WorkerInfo, WorkerLeases } from '@millrace/runs';

/** A worker that has not renewed for this long, in milliseconds, has lost its runs. */
export const LEASE_MS = 10_000;
/** A worker whose main loop stands still for this long, in milliseconds, hangs, and lets its lease go. */
export const MAX_STALL_MS = 60_000;

/** Says who this worker is. */
export function describeWorker(queues: readonly string[], tasks: readonly string[] = []): WorkerInfo {
  return { id: randomUUID(), host: hostname(), pid: process.pid, queues, tasks };
}

/** Holds the worker's lease from `start` to `stop` (R9). */
export class WorkerPresence {
  constructor(
    private readonly worker: WorkerInfo,
    private readonly leases: WorkerLeases,
    private readonly renewal: LeaseRenewal,
  ) {}

  /** Resolves when the lease is taken. */
  async start(): Promise<void> {
    await this.renew();
    this.renewal.start();
  }

  /** At once, for a claim that was refused: the next beat may be seconds away. */
  async renew(): Promise<void> {
    await this.leases.renew(this.worker, LEASE_MS);
  }

  /**
   * Milliseconds for which this worker has held its lease without a gap. While it is less than a lease, what looks like
   * other workers' end may be our own absence, or the server's.
   */
  heldForMs(): number {
    return this.renewal.heldForMs();
  }

  async stop(): Promise<void> {
    await this.renewal.stop();
    await this.leases.release(this.worker.id);
  }
}
