import { describeWorker } from '@millrace/engine';
import type { WorkerInfo } from '@millrace/runs';
import { cloneDatabase } from '@millrace/testing';
import { Database } from './database.js';
import { PostgresRunStore } from './runs/postgres-run-store.js';
import { PostgresWorkerLeases } from './runs/claims/postgres-worker-leases.js';

/** Longer than any spec takes. */
const LEASE_MS = 600_000;

/** A database of a spec file's own, and what nearly every spec on it needs. */
export interface DatabaseRig {
  readonly url: string;
  readonly database: Database;
  readonly store: PostgresRunStore;
  /** Of a worker whose lease is good. */
  readonly workerId: string;
  /** Opens a further pool of connections on the same database, as another process has it. */
  readonly connect: (poolSize: number) => Promise<Database>;
  /** Closes every pool, and drops the database. @throws when the spec left a connection open */
  readonly close: () => Promise<void>;
}

/** Opens it in `beforeAll`, to be closed in `afterAll`. */
export async function openDatabaseRig({ queues = ['default'], poolSize = 10 } = {}): Promise<DatabaseRig> {
  const clone = await cloneDatabase();
  const pools: Database[] = [];
  const connect = async (size: number) => {
    const pool = await Database.open({ url: clone.url, applicationName: 'spec', poolSize: size });
    pools.push(pool);
    return pool;
  };
  const database = await connect(poolSize);
  const { id } = await holdLease(database, queues);
  return {
    ...{ url: clone.url, database, store: new PostgresRunStore(database), workerId: id, connect },
    async close() {
      for (const pool of pools) await pool.close();
      await clone.drop();
    },
  };
}

/** Registers another worker, whose lease is good for the rest of the spec. */
export async function holdLease(
  database: Database,
  queues: readonly string[] = ['default'],
  tasks: readonly string[] = [],
): Promise<WorkerInfo> {
  const worker = describeWorker(queues, tasks);
  await new PostgresWorkerLeases(database).renew(worker, LEASE_MS);
  return worker;
}
