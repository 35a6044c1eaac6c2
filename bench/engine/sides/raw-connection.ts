import { createPostgresBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import { Pool } from 'pg';

export interface RawBackend {
  /** Where the jobs are; exactly one is set. */
  readonly redisUrl?: string;
  readonly postgresUrl?: string;
}

/** As many connections as Millrace's own pool for one queue. */
const POOL = 10;

/** Raw BullMQ's connection to a backend, which becomes the process's default; and how to close it. */
export function connectRaw({ redisUrl, postgresUrl }: RawBackend): {
  connection: ConnectionOptions;
  close: () => Promise<void>;
} {
  if (redisUrl !== undefined) {
    return { connection: { url: redisUrl, maxRetriesPerRequest: null }, close: async () => undefined };
  }
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new Pool({
    connectionString: postgresUrl,
    max: POOL,
    options: '-c search_path=bullmq',
    keepAlive: true,
  });
  pool.setMaxListeners(0);
  return { connection: pool, close: () => pool.end() };
}

/** Ended jobs that are kept, as Millrace's workers keep them. */
export const keptJobs = ({ redisUrl }: RawBackend) => ({ count: redisUrl === undefined ? 100 : 1_000 });
