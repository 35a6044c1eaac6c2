import { type Delivery, type ExecutionRef, FENCED, type Fenced, type NewRun, type NewValue } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { firstDelivery } from '../delivery-row.js';
import { RECORD_VALUE, START_RUN } from './record-values.sql.js';

/** Records the value of a call. */
export async function recordValue(
  executor: SqlExecutor,
  execution: ExecutionRef,
  value: NewValue,
): Promise<undefined | Fenced> {
  const { rowCount } = await executor.query(RECORD_VALUE, columns(execution, value));
  return rowCount === 0 ? FENCED : undefined;
}

/** Records that a run was started, and creates it. */
export async function startRun(
  executor: SqlExecutor,
  execution: ExecutionRef,
  value: NewValue,
  run: NewRun,
): Promise<Delivery | Fenced> {
  const { rowCount } = await executor.query(START_RUN, [
    ...columns(execution, value),
    run.id,
    run.queue,
    run.priority,
    run.maxAttempts,
    run.backoff === undefined ? null : JSON.stringify(run.backoff),
    run.input,
    run.dueAt ?? null,
    run.gates ?? null,
    run.timeoutMs ?? null,
    run.trace ?? null,
  ]);
  return rowCount === 0 ? FENCED : firstDelivery(run);
}

function columns({ runId, epoch }: ExecutionRef, value: NewValue): unknown[] {
  const { seq, kind, taskId, key, inputHash, outcomeSeq } = value;
  const error = value.error === undefined ? null : JSON.stringify(value.error);
  return [runId, epoch, seq, kind, taskId ?? null, key ?? null, inputHash, outcomeSeq, value.value ?? null, error];
}
