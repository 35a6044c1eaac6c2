import type { RunDelivery } from '@millrace/contracts';
import type { Job } from 'bullmq';
import { deliveryJobId } from '../jobs/delivery-job.js';
import type { JobList, ListedRuns } from '../jobs/listed-runs.port.js';
import type { OpenQueues } from '../producer/open-queues.js';

/** What workers do to jobs that name several runs. */
export class RunLists {
  constructor(
    private readonly queues: OpenQueues,
    private readonly listed: ListedRuns,
  ) {}

  /** Gives each of these runs of a list a job of its own, in the list's place among the others. */
  async giveBack(job: Job<unknown>, runs: readonly RunDelivery[]): Promise<void> {
    const queue = await this.queues.get(job.queueName);
    const { priority } = job.opts;
    await queue.addBulk(
      runs.map(([runId, delivery]) => ({
        name: job.name,
        data: { kind: 'runs', runs: [[runId, delivery]] },
        opts: { jobId: deliveryJobId({ runId, delivery }), attempts: 1, ...(priority !== undefined && { priority }) },
      })),
    );
    await this.unlist(job, runs);
  }

  /** The list asks for these no more; what it asked for in vain is found to be missing from now on. */
  async unlist(job: Job<unknown>, runs: readonly RunDelivery[]): Promise<void> {
    await this.listed.unlist(job.queueName, listOf(job, runs));
  }

  /** The list has come to its end, with these left in it. */
  async end(job: Job<unknown>, runs: readonly RunDelivery[]): Promise<void> {
    await this.listed.end(job.queueName, listOf(job, runs));
  }
}

function listOf({ id = '' }: Job<unknown>, runs: readonly RunDelivery[]): JobList {
  return { jobId: id, runs };
}
