import type { Cluster, Redis } from 'ioredis';
import type { JobRecords } from '../jobs/job-records.js';
import { listedKey } from './redis-listed-runs.js';

/** On Redis. All keys begin with one hash tag and so share a slot, which one pipeline or MGET needs on a cluster. */
export class RedisJobRecords implements JobRecords {
  constructor(
    private readonly redis: Redis | Cluster,
    /** Begins with a hash tag. */
    private readonly prefix: string,
  ) {}

  /** A delivery without a job of its own may be in a list. */
  async unfinished(queue: string, jobIds: readonly string[]): Promise<ReadonlySet<string>> {
    const unfinished = await this.#unfinishedJobs(queue, jobIds);
    const others = jobIds.filter((id) => !unfinished.has(id));
    if (others.length === 0) return unfinished;
    const lists = await this.redis.hmget(listedKey(this.prefix, queue), ...others);
    const waiting = await this.#unfinishedJobs(queue, [...new Set(lists.filter((list) => list !== null))]);
    for (const [index, list] of lists.entries()) {
      if (list !== null && waiting.has(list)) unfinished.add(others[index] as string);
    }
    return unfinished;
  }

  /**
   * One field read a job, in one pipeline. BullMQ's own question for a job's state walks through the whole list of
   * active jobs for one that is not there. Only adding a job writes `timestamp`; `finishedOn` is there when it has ended.
   */
  async #unfinishedJobs(queue: string, jobIds: readonly string[]): Promise<Set<string>> {
    const pipeline = this.redis.pipeline();
    for (const id of jobIds) pipeline.hmget(this.#key(queue, id), 'timestamp', 'finishedOn');
    const answers = (await pipeline.exec()) ?? [];
    return new Set(
      jobIds.filter((_, index) => {
        const [error, fields] = answers[index] ?? [new Error('the pipeline was not executed')];
        if (error) throw error;
        const [timestamp, finishedOn] = fields as (string | null)[];
        return typeof timestamp === 'string' && typeof finishedOn !== 'string';
      }),
    );
  }

  async sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (queues.length === 0) return new Map();
    const values = await this.redis.mget(queues.map((queue) => this.#sentinelKey(queue)));
    return new Map(
      queues.flatMap((queue, index) => {
        const value = values[index];
        return typeof value === 'string' ? [[queue, value] as const] : [];
      }),
    );
  }

  async setSentinels(queues: readonly string[], value: string): Promise<void> {
    if (queues.length > 0) await this.redis.mset(queues.flatMap((queue) => [this.#sentinelKey(queue), value]));
  }

  #sentinelKey(queue: string): string {
    return this.#key(queue, 'sentinel');
  }

  #key(queue: string, name: string): string {
    return `${this.prefix}:${queue}:${name}`;
  }
}
