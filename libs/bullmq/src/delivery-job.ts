import type { JobPayload } from '@millrace/contracts';
import type { FlowParent } from '@millrace/engine';
import type { Delivery } from '@millrace/runs';
import { toJobPriority } from './job-priority.js';

/** A delivery as BullMQ takes it. */
export interface DeliveryJob {
  /** The task's id. */
  readonly name: string;
  readonly data: JobPayload;
  readonly opts: {
    readonly jobId: string;
    readonly attempts: 1;
    readonly priority: number;
    /** Milliseconds. */
    readonly delay: number;
  };
}

/**
 * The id of a delivery's job. BullMQ adds nothing while any job with that id exists, ended ones included: without the
 * delivery number retries and wake-ups would be lost (R2).
 */
export function deliveryJobId({ runId, delivery }: Pick<Delivery, 'runId' | 'delivery'>): string {
  return `${runId}-${delivery}`;
}

/** The id of the job above a call's children: another one for each execution and call of a run. */
export function flowJobId({ runId, delivery, seq }: FlowParent): string {
  return `${runId}-${delivery}-${seq}-flow`;
}

/** Attempts are the run's, in PostgreSQL: for BullMQ each delivery is tried once. */
export function toDeliveryJob(delivery: Delivery): DeliveryJob {
  return {
    name: delivery.taskId,
    data: { kind: 'runs', runs: [[delivery.runId, delivery.delivery]] },
    opts: {
      jobId: deliveryJobId(delivery),
      attempts: 1,
      priority: toJobPriority(delivery.priority),
      delay: Math.max(0, delivery.dueAt.getTime() - Date.now()),
    },
  };
}
