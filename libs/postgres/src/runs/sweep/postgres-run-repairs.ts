import type { CallPlace, Delivery, EndedRuns, LostRun, OpenCall, RunRepairs } from '@millrace/runs';
import type { Database } from '../../database.js';
import { type DeliveryRow, toDelivery } from '../delivery-row.js';
import { FAIL_UNKNOWN } from './fail-unknown.sql.js';
import { type EndRow, toEndedRuns } from '../ends/finish-runs.js';
import { FIND_MISCOUNTED, FIND_OPEN_CALLS, LOCK_CALL, RECOUNT } from './recount-calls.sql.js';
import { FIND_LOST_RUNS, FIND_OVERDUE, FIND_UNWOKEN_PARENTS, REDELIVER, RETIRE_WORKERS } from './repair-runs.sql.js';

interface LostRow {
  readonly id: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly worker_id: string;
}

interface CallRow {
  readonly run_id: string;
  readonly seq: number;
}

const BEFORE_ALL: CallPlace = { runId: '00000000-0000-0000-0000-000000000000', seq: 0 };

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

  async openCalls({ runId, seq }: CallPlace = BEFORE_ALL, limit: number): Promise<readonly OpenCall[]> {
    const { rows } = await this.database.query<CallRow & { children: number }>(FIND_OPEN_CALLS, [runId, seq, limit]);
    return rows.map((row) => ({ ...toCallPlace(row), children: row.children }));
  }

  async miscounted(calls: readonly CallPlace[]): Promise<readonly CallPlace[]> {
    const { rows } = await this.database.query<CallRow>(FIND_MISCOUNTED, [
      calls.map(({ runId }) => runId),
      calls.map(({ seq }) => seq),
    ]);
    return rows.map(toCallPlace);
  }

  async recount({ runId, seq }: CallPlace): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(LOCK_CALL, [runId, seq]);
      const { rowCount } = await transaction.query(RECOUNT, [runId, seq]);
      return rowCount > 0;
    });
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

function toCallPlace({ run_id: runId, seq }: CallRow): CallPlace {
  return { runId, seq };
}
