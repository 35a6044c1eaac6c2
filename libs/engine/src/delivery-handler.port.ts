import type { JobPayload } from '@millrace/contracts';

/** What a worker host gives each job to. */
export interface DeliveryHandler {
  /** Resolves when the job may be acknowledged: after the commit of its outcome, or of those of all its runs. */
  handle(payload: JobPayload): Promise<void>;

  /** Whether it takes runs of this task all at once when a job names several. @default one after the other */
  takesLists?(taskId: string): boolean;
}
