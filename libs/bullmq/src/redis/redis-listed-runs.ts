import type { RunDelivery } from '@millrace/contracts';
import type { Cluster, Redis } from 'ioredis';
import type { JobList, ListedRuns } from '../jobs/listed-runs.port.js';

/** One hash a queue, from a delivery's own job id to the id of the list that it is in. */
export class RedisListedRuns implements ListedRuns {
  constructor(
    private readonly redis: Redis | Cluster,
    /** Begins with a hash tag. */
    private readonly prefix: string,
  ) {}

  async unlist(queue: string, { runs }: JobList): Promise<void> {
    if (runs.length > 0) await this.redis.hdel(listedKey(this.prefix, queue), ...runs.map(deliveryField));
  }

  async end(queue: string, list: JobList): Promise<void> {
    await this.unlist(queue, list);
  }
}

/** The key of a queue's hash. */
export function listedKey(prefix: string, queue: string): string {
  return `${prefix}:${queue}:listed`;
}

/** The field of a delivery in that hash: the id that a job of its own would have. */
export function deliveryField([runId, delivery]: RunDelivery): string {
  return `${runId}-${delivery}`;
}
