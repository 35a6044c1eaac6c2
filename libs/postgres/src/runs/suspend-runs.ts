import { type Delivery, FENCED, type Fenced, RunState } from '@millrace/runs';
import type { SqlExecutor } from '../database.js';
import { type DeliveryRow, toDelivery } from './delivery-row.js';
import { SUSPEND_RUNS } from './suspend-runs.sql.js';

export interface Suspension {
  readonly runId: string;
  readonly epoch: number;
  /** `wakes` as the claim returned it. */
  readonly seen: number;
  readonly executedMs: number;
}

export async function suspendRuns(
  executor: SqlExecutor,
  suspensions: readonly Suspension[],
): Promise<('waiting' | Delivery | Fenced)[]> {
  const { rows } = await executor.query<DeliveryRow & { state: RunState }>(SUSPEND_RUNS, [
    suspensions.map(({ runId }) => runId),
    suspensions.map(({ epoch }) => epoch),
    suspensions.map(({ seen }) => seen),
    suspensions.map(({ executedMs }) => executedMs),
  ]);
  const moved = new Map(rows.map((row) => [row.id, row]));
  return suspensions.map(({ runId }) => {
    const row = moved.get(runId);
    if (row === undefined) return FENCED;
    return row.state === RunState.waiting ? 'waiting' : toDelivery(row);
  });
}
