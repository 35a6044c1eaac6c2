import type { Delivery, Gate, NewRun } from '@millrace/runs';

/** The columns every statement returns that moves a run into `queued`. */
export interface DeliveryRow {
  readonly id: string;
  readonly task_id: string;
  readonly queue: string;
  readonly delivery: number;
  readonly priority: number;
  readonly due_at: Date;
  /** Only where the statement says so. */
  readonly gate?: Gate | null;
}

/** The delivery of a run that was just created; one that is due later takes its place at its gate when it is. */
export function firstDelivery(run: Pick<NewRun, 'id' | 'taskId' | 'queue' | 'priority' | 'dueAt' | 'gates'>): Delivery {
  const { id, taskId, queue, priority, dueAt, gates } = run;
  const gate = dueAt === undefined ? gates?.[0] : undefined;
  const delivery = { runId: id, delivery: 1, taskId, queue, priority, dueAt: dueAt ?? new Date() };
  return gate === undefined ? delivery : { ...delivery, gate };
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    runId: row.id,
    taskId: row.task_id,
    queue: row.queue,
    delivery: row.delivery,
    priority: row.priority,
    dueAt: row.due_at,
    ...(row.gate === undefined || row.gate === null ? {} : { gate: row.gate }),
  };
}
