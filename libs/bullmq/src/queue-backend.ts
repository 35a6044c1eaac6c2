import type { Config } from '@millrace/config';
import { createPostgresBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import type { JobAdditions } from './jobs/job-additions.port.js';
import type { JobRecords } from './jobs/job-records.js';
import type { ListedRuns } from './jobs/listed-runs.port.js';
import { PostgresJobAdditions } from './postgres/postgres-job-additions.js';
import { PostgresJobRecords } from './postgres/postgres-job-records.js';
import { PostgresListedRuns } from './postgres/postgres-listed-runs.js';
import { QueuePool } from './postgres/postgres-pool.js';
import { connectProducers } from './redis/redis-connection.js';
import { RedisJobAdditions } from './redis/redis-job-additions.js';
import { RedisJobRecords } from './redis/redis-job-records.js';
import { RedisListedRuns } from './redis/redis-listed-runs.js';

/** Connections for queries, beside the one that each queue's worker keeps for LISTEN. */
const QUERY_CONNECTIONS = 8;

/** What of the configuration says where the queue is. */
export type QueueConfig = Pick<Config, 'database' | 'queue'>;

/** Where BullMQ keeps its jobs, and what all that adds jobs in this process shares. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  readonly connection: ConnectionOptions;
  /** Before every key in Redis. */
  readonly prefix: string;
  readonly additions: JobAdditions;
  readonly records: JobRecords;
  readonly listed: ListedRuns;
  /** For the end of the process: calls that are still open fail. */
  close(): Promise<void>;
}

/**
 * Redis when one is named, else PostgreSQL. Makes it BullMQ's default backend, which is the process's, because
 * @nestjs/bullmq passes none.
 */
export function openQueueBackend(config: QueueConfig, queues: number, onError: (error: Error) => void): QueueBackend {
  const { redis: server, prefix } = config.queue;
  if (server !== undefined) {
    setDefaultBackendFactory();
    const redis = connectProducers(server, onError);
    return {
      ...{ kind: 'redis', connection: redis, prefix },
      additions: new RedisJobAdditions(redis, prefix),
      records: new RedisJobRecords(redis, prefix),
      listed: new RedisListedRuns(redis, prefix),
      close: async () => redis.disconnect(),
    };
  }
  const { url } = config.database;
  if (url === undefined) {
    throw new TypeError(
      'A queue needs a Redis (REDIS_URL and its like) or DATABASE_URL; none is set, and no embedded server passed its URL.',
    );
  }
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new QueuePool({ url, max: queues + QUERY_CONNECTIONS });
  // BullMQ types the option for Redis; the PostgreSQL factory set above takes a pool there.
  return {
    ...{ kind: 'postgres', connection: pool, prefix },
    additions: new PostgresJobAdditions(),
    records: new PostgresJobRecords(pool),
    listed: new PostgresListedRuns(pool),
    close: () => pool.end(),
  };
}
