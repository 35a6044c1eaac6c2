import type { ExecutionRef, Fenced, LogLine } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { APPEND_LOGS } from './append-logs.sql.js';
import { fencedAmong } from '../claims/lost-executions.js';

export interface LogAppend {
  readonly execution: ExecutionRef;
  readonly lines: readonly LogLine[];
}

/** Who asks again after a COMMIT whose outcome was unknown finds fewer lines kept than sent, and has not lost its run. */
export async function appendLogs(
  executor: SqlExecutor,
  appends: readonly LogAppend[],
): Promise<(undefined | Fenced)[]> {
  const lines = appends.flatMap(({ execution, lines }) => lines.map((line) => ({ ...execution, ...line })));
  const { rowCount } = await executor.query(APPEND_LOGS, [
    lines.map(({ runId }) => runId),
    lines.map(({ epoch }) => epoch),
    lines.map(({ n }) => n),
    lines.map(({ attempt }) => attempt),
    lines.map(({ at }) => at),
    lines.map(({ level }) => level),
    lines.map(({ message }) => message),
    lines.map(({ fields }) => fields ?? null),
  ]);
  if (rowCount === lines.length) return appends.map(() => undefined);
  return fencedAmong(
    executor,
    appends.map(({ execution }) => execution),
  );
}
