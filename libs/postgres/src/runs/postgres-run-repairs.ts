import type { Delivery, EndedRuns, LostRun, RunRepairs } from '@millrace/runs';
import type { Database } from '../database.js';
import { type DeliveryRow, toDelivery } from './delivery-row.js';
import { FAIL_UNKNOWN } from './fail-unknown.sql.js';
import { type EndRow, toEndedRuns } from './finish-runs.js';
import { FIND_LOST_RUNS, FIND_OVERDUE, FIND_UNWOKEN_PARENTS, REDELIVER, RETIRE_WORKERS } from './repair-runs.sql.js';

interface LostRow {
  readonly id: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly worker_id: string;
}

export class PostgresRunRepairs implements RunRepairs {
  constructor(private readonly database: Database) {}

  async lostRuns(leaseMs: number, limit: number): Promise<readonly LostRun[]> {
    const { rows } = await this.database.query<LostRow>(FIND_LOST_RUNS, [leaseMs, limit]);
    return rows.map((row) => ({
      runId: row.id,
      epoch: row.epoch,
      attempt: row.attempt,
      maxAttempts: row.max_attempts,
      workerId: row.worker_id,
    }));
  }

  async retireWorkers(): Promise<number> {
    const { rowCount } = await this.database.query(RETIRE_WORKERS);
    return rowCount;
  }

  async unwokenParents(olderThanMs: number, limit: number): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ run_id: string }>(FIND_UNWOKEN_PARENTS, [olderThanMs, limit]);
    return rows.map(({ run_id }) => run_id);
  }

  async overdue(olderThanMs: number, after: string | undefined, limit: number): Promise<readonly Delivery[]> {
    const { rows } = await this.database.query<DeliveryRow>(FIND_OVERDUE, [olderThanMs, after ?? null, limit]);
    return rows.map(toDelivery);
  }

  async redeliver(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    const { rows } = await this.database.query<DeliveryRow>(REDELIVER, [
      deliveries.map(({ runId }) => runId),
      deliveries.map(({ delivery }) => delivery),
    ]);
    return rows.map(toDelivery);
  }

  async failUnknown(unknownForMs: number, limit: number): Promise<EndedRuns> {
    const { rows } = await this.database.query<EndRow>(FAIL_UNKNOWN, [unknownForMs, limit]);
    return toEndedRuns(rows);
  }
}
