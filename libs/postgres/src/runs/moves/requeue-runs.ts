import { type Delivery, type ExecutionRef, FENCED, type Fenced, type Requeue } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { ByExecution } from '../by-execution.js';
import { toDelivery } from '../delivery-row.js';
import { type MovedRow, withOwnMoves } from './own-moves.js';
import { REQUEUE_RUNS } from './requeue-runs.sql.js';

export interface Requeueing {
  readonly execution: ExecutionRef;
  readonly requeue: Requeue;
}

/** How an attempt that ended is kept; null: the attempt goes on. */
const ATTEMPT_STATE = { retry: 'failed', lost: 'lost', snooze: null, 'hand-back': null } as const;

/** Queues runs again in one statement; `again`: it may have been committed before. */
export async function requeueRuns(
  executor: SqlExecutor,
  requeueings: readonly Requeueing[],
  again = false,
): Promise<(Delivery | Fenced)[]> {
  const { rows } = await executor.query<MovedRow>(REQUEUE_RUNS, [
    requeueings.map(({ execution }) => execution.runId),
    requeueings.map(({ execution }) => execution.epoch),
    requeueings.map(({ requeue }) => ATTEMPT_STATE[requeue.reason]),
    requeueings.map(({ requeue }) => ('error' in requeue ? JSON.stringify(requeue.error) : null)),
    requeueings.map(({ requeue }) => requeue.delayMs),
    requeueings.map(({ requeue }) => ('executedMs' in requeue ? (requeue.executedMs ?? 0) : 0)),
  ]);
  const executions = requeueings.map(({ execution }) => execution);
  const known = again ? await withOwnMoves(executor, executions, rows) : rows;
  const moved = new ByExecution(known);
  return requeueings.map(({ execution }) => {
    const row = moved.of(execution);
    return row === undefined ? FENCED : toDelivery(row);
  });
}
