import type { Config } from '@millrace/config';
import { createPostgresBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import type { JobRecords } from './job-records.js';
import { PostgresJobRecords } from './postgres-job-records.js';
import { QueuePool } from './postgres-pool.js';
import { connectProducers } from './redis-connection.js';
import { RedisJobRecords } from './redis-job-records.js';

/** Connections for queries, beside the one that each queue's worker keeps for LISTEN. */
const QUERY_CONNECTIONS = 8;

/** Before every key: its braces put all keys of all queues into one slot of a cluster, as flows across queues need. */
export const KEY_PREFIX = '{millrace}';

/** What of the configuration says where the queue is. */
export type QueueConfig = Pick<Config, 'database' | 'queue'>;

/** Where BullMQ keeps its jobs, and what all that adds jobs in this process shares. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  readonly connection: ConnectionOptions;
  readonly records: JobRecords;
  /** For the end of the process: calls that are still open fail. */
  close(): Promise<void>;
}

/**
 * Redis when it has a URL, else PostgreSQL. Makes it BullMQ's default backend, which is the process's, because
 * @nestjs/bullmq passes none.
 */
export function openQueueBackend(config: QueueConfig, queues: number, onError: (error: Error) => void): QueueBackend {
  const { redisUrl } = config.queue;
  if (redisUrl !== undefined) {
    setDefaultBackendFactory();
    const redis = connectProducers(redisUrl, onError);
    const records = new RedisJobRecords(redis, KEY_PREFIX);
    return { kind: 'redis', connection: redis, records, close: async () => redis.disconnect() };
  }
  const { url } = config.database;
  if (url === undefined) {
    throw new TypeError(
      'A queue needs REDIS_URL or DATABASE_URL; neither is set, and no embedded server passed its URL.',
    );
  }
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new QueuePool({ url, max: queues + QUERY_CONNECTIONS });
  // BullMQ types the option for Redis; the PostgreSQL factory set above takes a pool there.
  return { kind: 'postgres', connection: pool, records: new PostgresJobRecords(pool), close: () => pool.end() };
}
