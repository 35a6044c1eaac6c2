import { FENCED, type ExecutionRef, type Fenced } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { ByExecution, type ExecutionRow } from '../by-execution.js';
import { FIND_LOST_EXECUTIONS } from './lost-executions.sql.js';

/** For each of these executions, of which something was not kept: whether that is because it has lost its run. */
export async function fencedAmong(
  executor: SqlExecutor,
  executions: readonly ExecutionRef[],
): Promise<(undefined | Fenced)[]> {
  const { rows } = await executor.query<ExecutionRow>(FIND_LOST_EXECUTIONS, [
    executions.map(({ runId }) => runId),
    executions.map(({ epoch }) => epoch),
  ]);
  const lost = new ByExecution(rows);
  return executions.map((execution) => (lost.of(execution) === undefined ? undefined : FENCED));
}
