import { type Delivery, type ExecutionRef, FENCED, type Fenced, type Requeue } from '@millrace/runs';
import type { SqlExecutor } from '../database.js';
import { type DeliveryRow, toDelivery } from './delivery-row.js';
import { REQUEUE_RUNS } from './requeue-runs.sql.js';

export interface Requeueing {
  readonly execution: ExecutionRef;
  readonly requeue: Requeue;
}

/** How an attempt that ended is kept; null: the attempt goes on. */
const ATTEMPT_STATE = { retry: 'failed', lost: 'lost', snooze: null, 'hand-back': null } as const;

export async function requeueRuns(
  executor: SqlExecutor,
  requeueings: readonly Requeueing[],
): Promise<(Delivery | Fenced)[]> {
  const { rows } = await executor.query<DeliveryRow>(REQUEUE_RUNS, [
    requeueings.map(({ execution }) => execution.runId),
    requeueings.map(({ execution }) => execution.epoch),
    requeueings.map(({ requeue }) => ATTEMPT_STATE[requeue.reason]),
    requeueings.map(({ requeue }) => ('error' in requeue ? JSON.stringify(requeue.error) : null)),
    requeueings.map(({ requeue }) => requeue.delayMs),
    requeueings.map(({ requeue }) => ('executedMs' in requeue ? (requeue.executedMs ?? 0) : 0)),
  ]);
  const moved = new Map(rows.map((row) => [row.id, toDelivery(row)]));
  return requeueings.map(({ execution }) => moved.get(execution.runId) ?? FENCED);
}
