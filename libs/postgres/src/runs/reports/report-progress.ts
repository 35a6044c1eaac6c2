import type { ExecutionRef, Fenced, RunProgress } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { fencedAmong } from '../claims/lost-executions.js';
import { REPORT_PROGRESS } from './report-progress.sql.js';

export interface ProgressReport extends ExecutionRef, RunProgress {}

export async function reportProgress(
  executor: SqlExecutor,
  reports: readonly ProgressReport[],
): Promise<(undefined | Fenced)[]> {
  // An UPDATE that finds two rows for one run takes any of them: only the last report of an execution goes.
  const last = [...new Map(reports.map((report) => [`${report.runId} ${report.epoch}`, report])).values()];
  const { rowCount } = await executor.query(REPORT_PROGRESS, [
    last.map(({ runId }) => runId),
    last.map(({ epoch }) => epoch),
    last.map(({ fraction }) => fraction),
    last.map(({ note }) => note ?? null),
  ]);
  return rowCount === last.length ? reports.map(() => undefined) : fencedAmong(executor, reports);
}
