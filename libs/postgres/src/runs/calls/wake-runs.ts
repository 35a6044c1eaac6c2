import type { Delivery } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { type DeliveryRow, toDelivery } from '../delivery-row.js';
import { WAKE_RUNS } from './wake-runs.sql.js';

/** Wakes these runs; gives for each the delivery to make, undefined when it was not waiting or had nothing to be told. */
export async function wakeRuns(executor: SqlExecutor, runIds: readonly string[]): Promise<(Delivery | undefined)[]> {
  const { rows } = await executor.query<DeliveryRow & { waiting: boolean }>(WAKE_RUNS, [[...new Set(runIds)]]);
  const queued = new Map(rows.filter(({ waiting }) => waiting).map((row) => [row.id, toDelivery(row)]));
  return runIds.map((runId) => {
    const delivery = queued.get(runId);
    // One delivery a run, however often it was named.
    queued.delete(runId);
    return delivery;
  });
}
