import type { WorkerRuns, WorkerRunsPage } from '@millrace/runs';
import type { Database } from '../../database.js';
import type { ExecutionRow } from '../by-execution.js';
import { FIND_RUNNING_ON } from './worker-runs.sql.js';

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export class PostgresWorkerRuns implements WorkerRuns {
  constructor(private readonly database: Database) {}

  async runningOn(workerId: string, after: string | undefined, limit: number): Promise<WorkerRunsPage> {
    const { rows } = await this.database.query<ExecutionRow & { runs_here: boolean; is_last: boolean }>(
      FIND_RUNNING_ON,
      [workerId, after ?? BEFORE_ALL, limit],
    );
    return {
      running: rows.filter(({ runs_here }) => runs_here).map(({ id: runId, epoch }) => ({ runId, epoch })),
      next: rows.at(-1)?.is_last === true ? rows.at(-1)?.id : undefined,
    };
  }
}
