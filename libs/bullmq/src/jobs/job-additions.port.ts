import type { Queue } from 'bullmq';
import type { DeliveryJob } from './delivery-job.js';

/** How a backend takes the jobs of one queue. */
export interface JobAdditions {
  /** @param jobs at least one. What lists among them ask for is known before they are. */
  add(queue: Queue, jobs: readonly DeliveryJob[]): Promise<void>;
}
