import type { WorkerInfo, WorkerLeases } from '@millrace/runs';
import type { Database } from '../../database.js';
import { RELEASE_LEASE, RENEW_LEASE } from './worker-leases.sql.js';

export class PostgresWorkerLeases implements WorkerLeases {
  constructor(private readonly database: Database) {}

  async renew(worker: WorkerInfo, leaseMs: number): Promise<void> {
    await this.database.query(RENEW_LEASE, renewLeaseParams(worker, leaseMs));
  }

  async release(workerId: string): Promise<void> {
    await this.database.query(RELEASE_LEASE, [workerId]);
  }
}

/** What RENEW_LEASE takes. */
export function renewLeaseParams({ id, host, pid, queues, tasks }: WorkerInfo, leaseMs: number): unknown[] {
  return [id, host, pid, [...queues], leaseMs, [...tasks]];
}
