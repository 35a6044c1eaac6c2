import type { ExecutionRef, RunState } from '@millrace/runs';
import type { SqlExecutor } from '../database.js';
import type { DeliveryRow } from './delivery-row.js';
import { FIND_OWN_MOVES } from './own-moves.sql.js';

/** A run that a statement has moved out of `running`. */
export type MovedRow = DeliveryRow & { readonly state: RunState };

/**
 * The rows of a statement sent again, with those that it moved the first time, in a COMMIT whose outcome was unknown (R7).
 * Their executions were not fenced.
 */
export async function withOwnMoves(
  executor: SqlExecutor,
  executions: readonly ExecutionRef[],
  rows: readonly MovedRow[],
): Promise<readonly MovedRow[]> {
  const moved = new Set(rows.map(({ id }) => id));
  const missing = executions.filter(({ runId }) => !moved.has(runId));
  if (missing.length === 0) return rows;
  const columns = [missing.map(({ runId }) => runId), missing.map(({ epoch }) => epoch)];
  const { rows: own } = await executor.query<MovedRow>(FIND_OWN_MOVES, columns);
  return [...rows, ...own];
}
