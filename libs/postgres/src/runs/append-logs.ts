import type { ExecutionRef, LogLine } from '@millrace/runs';
import type { SqlExecutor } from '../database.js';
import { APPEND_LOGS } from './append-logs.sql.js';

export interface LogAppend {
  readonly execution: ExecutionRef;
  readonly lines: readonly LogLine[];
}

export async function appendLogs(executor: SqlExecutor, appends: readonly LogAppend[]): Promise<undefined[]> {
  const lines = appends.flatMap(({ execution, lines }) => lines.map((line) => ({ ...execution, ...line })));
  await executor.query(APPEND_LOGS, [
    lines.map(({ runId }) => runId),
    lines.map(({ epoch }) => epoch),
    lines.map(({ n }) => n),
    lines.map(({ attempt }) => attempt),
    lines.map(({ at }) => at),
    lines.map(({ level }) => level),
    lines.map(({ message }) => message),
    lines.map(({ fields }) => fields ?? null),
  ]);
  return appends.map(() => undefined);
}
