import { type EndedRuns, RUN_TIMED_OUT, type RunDeadlines } from '@millrace/runs';
import type { Database } from '../../database.js';
import { EXPIRE_RUNS } from './expire-runs.sql.js';
import { type EndRow, toEndedRuns } from './finish-runs.js';

/** The whole lives of runs, by PostgreSQL's clock. */
export class PostgresRunDeadlines implements RunDeadlines {
  constructor(private readonly database: Database) {}

  async expire(limit: number): Promise<EndedRuns> {
    const { rows } = await this.database.query<EndRow>(EXPIRE_RUNS, [limit, JSON.stringify(RUN_TIMED_OUT)]);
    return toEndedRuns(rows);
  }
}
