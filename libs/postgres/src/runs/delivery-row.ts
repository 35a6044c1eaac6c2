import type { Delivery, NewRun } from '@millrace/runs';

/** The columns every statement returns that moves a run into `queued`. */
export interface DeliveryRow {
  readonly id: string;
  readonly task_id: string;
  readonly queue: string;
  readonly delivery: number;
  readonly priority: number;
  readonly due_at: Date;
}

/** The delivery of a run that was just created. */
export function firstDelivery(run: Pick<NewRun, 'id' | 'taskId' | 'queue' | 'priority' | 'dueAt'>): Delivery {
  const { id, taskId, queue, priority, dueAt } = run;
  return { runId: id, delivery: 1, taskId, queue, priority, dueAt: dueAt ?? new Date() };
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    runId: row.id,
    taskId: row.task_id,
    queue: row.queue,
    delivery: row.delivery,
    priority: row.priority,
    dueAt: row.due_at,
  };
}
