import type { WorkerInfo, WorkerLeases } from '@millrace/runs';
import type { Database } from '../database.js';
import { RELEASE_LEASE, RENEW_LEASE } from './worker-leases.sql.js';

export class PostgresWorkerLeases implements WorkerLeases {
  constructor(private readonly database: Database) {}

  async renew({ id, host, pid, queues }: WorkerInfo, leaseMs: number): Promise<void> {
    await this.database.query(RENEW_LEASE, [id, host, pid, queues, leaseMs]);
  }

  async release(workerId: string): Promise<void> {
    await this.database.query(RELEASE_LEASE, [workerId]);
  }
}
