import type { Delivery } from '@millrace/runs';

/** The columns every statement returns that moves a run into `queued`. */
export interface DeliveryRow {
  readonly id: string;
  readonly task_id: string;
  readonly queue: string;
  readonly delivery: number;
  readonly priority: number;
  readonly due_at: Date;
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
