import type { ExecutionRef, RunState } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { ByExecution, type ExecutionRow } from '../by-execution.js';
import type { DeliveryRow } from '../delivery-row.js';
import { FIND_OWN_MOVES } from './own-moves.sql.js';

/** A run that a statement has moved out of `running`. */
export type MovedRow = DeliveryRow & ExecutionRow & { readonly state: RunState };

/**
 * The rows of a statement sent again, with those that it moved the first time, in a COMMIT whose outcome was unknown (R7).
 * Their executions were not fenced.
 */
export async function withOwnMoves(
  executor: SqlExecutor,
  executions: readonly ExecutionRef[],
  rows: readonly MovedRow[],
): Promise<readonly MovedRow[]> {
  const moved = new ByExecution(rows);
  const missing = executions.filter((execution) => moved.of(execution) === undefined);
  if (missing.length === 0) return rows;
  const columns = [missing.map(({ runId }) => runId), missing.map(({ epoch }) => epoch)];
  const { rows: own } = await executor.query<MovedRow>(FIND_OWN_MOVES, columns);
  return [...rows, ...own];
}
