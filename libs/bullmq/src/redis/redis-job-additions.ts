import type { Queue } from 'bullmq';
import { Redis, type Cluster } from 'ioredis';
import { type DeliveryJob, listsOf } from '../jobs/delivery-job.js';
import type { JobAdditions } from '../jobs/job-additions.port.js';
import { deliveryField, listedKey } from './redis-listed-runs.js';

/** Jobs that are cheaper added one by one than in a pipeline: ioredis copies all of BullMQ's scripts onto each, 85 us. */
const FEW = 20;

/** On Redis. What is sent for one addition goes in one write, be it one command or many. */
export class RedisJobAdditions implements JobAdditions {
  constructor(
    private readonly redis: Redis | Cluster,
    /** Begins with a hash tag. */
    private readonly prefix: string,
  ) {}

  /** A job that is not there is found to be missing: what lists ask for is sent ahead of them, on the same connection. */
  async add(queue: Queue, jobs: readonly DeliveryJob[]): Promise<void> {
    this.#holdWrites();
    await Promise.all([this.#list(queue, jobs), ...this.#addJobs(queue, jobs)]);
  }

  /** Until this turn's promises have come to their end: nothing of an addition waits for more than those. */
  #holdWrites(): void {
    if (!(this.redis instanceof Redis)) return;
    const { stream } = this.redis;
    stream.cork();
    process.nextTick(() => stream.uncork());
  }

  async #list(queue: Queue, jobs: readonly DeliveryJob[]): Promise<void> {
    const entries = listsOf(jobs).flatMap(({ jobId, runs }) => runs.flatMap((run) => [deliveryField(run), jobId]));
    if (entries.length > 0) await this.redis.hset(listedKey(this.prefix, queue.name), ...entries);
  }

  #addJobs(queue: Queue, jobs: readonly DeliveryJob[]): Promise<unknown>[] {
    if (jobs.length > FEW) return [queue.addBulk([...jobs])];
    return jobs.map(({ name, data, opts }) => queue.add(name, data, opts));
  }
}
