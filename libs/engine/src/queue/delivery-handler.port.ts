import type { JobPayload } from '@millrace/contracts';

/** Told when the function of a run is called; what it gives is called when that has settled. */
export type OnCalled = () => () => void;

/** What a worker host gives each job to. */
export interface DeliveryHandler {
  /**
   * Resolves when the job may be acknowledged: after the commit of its outcome, or of those of all its runs.
   * @param onCalled of a job that names one run
   */
  handle(payload: JobPayload, onCalled?: OnCalled): Promise<void>;

  /** Whether it takes runs of this task all at once when a job names several. @default one after the other */
  takesLists?(taskId: string): boolean;
}
