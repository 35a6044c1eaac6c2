import { type Delivery, FENCED, type Fenced, RunState } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { ByExecution } from '../by-execution.js';
import { toDelivery } from '../delivery-row.js';
import { type MovedRow, withOwnMoves } from './own-moves.js';
import { SUSPEND_RUNS } from './suspend-runs.sql.js';

export interface Suspension {
  readonly runId: string;
  readonly epoch: number;
  /** `wakes` as the claim returned it. */
  readonly seen: number;
  readonly executedMs: number;
}

/** Suspends runs in one statement; `again`: it may have been committed before. */
export async function suspendRuns(
  executor: SqlExecutor,
  suspensions: readonly Suspension[],
  again = false,
): Promise<('waiting' | Delivery | Fenced)[]> {
  const { rows } = await executor.query<MovedRow>(SUSPEND_RUNS, [
    suspensions.map(({ runId }) => runId),
    suspensions.map(({ epoch }) => epoch),
    suspensions.map(({ seen }) => seen),
    suspensions.map(({ executedMs }) => executedMs),
  ]);
  const known = again ? await withOwnMoves(executor, suspensions, rows) : rows;
  const moved = new ByExecution(known);
  return suspensions.map((suspension) => {
    const row = moved.of(suspension);
    if (row === undefined) return FENCED;
    return row.state === RunState.waiting ? 'waiting' : toDelivery(row);
  });
}
