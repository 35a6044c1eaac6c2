import type { JobPayload } from '@millrace/contracts';

/** What a worker host gives each job to. Resolves when the job may be acknowledged: after the commit of its outcome. */
export interface DeliveryHandler {
  handle(payload: JobPayload): Promise<void>;
}
