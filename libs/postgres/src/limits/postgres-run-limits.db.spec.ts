import { describeWorker } from '@millrace/engine';
import { describeRunLimitsContract } from '@millrace/runs/run-limits.contract';
import { cloneDatabase } from '@millrace/testing';
import { Database } from '../database.js';
import { PostgresRunStore } from '../runs/postgres-run-store.js';
import { PostgresTaskDefinitions } from '../runs/postgres-task-definitions.js';
import { PostgresWorkerLeases } from '../runs/postgres-worker-leases.js';

describeRunLimitsContract('PostgreSQL', async () => {
  const clone = await cloneDatabase();
  const database = await Database.open({ url: clone.url, applicationName: 'spec' });
  const definitions = new PostgresTaskDefinitions(database);
  const worker = describeWorker(['default']);
  await new PostgresWorkerLeases(database).renew(worker, 60_000);
  const described = { description: undefined, inputSchema: {}, resultSchema: {}, maxAttempts: 3, codeVersion: '1' };
  return {
    store: new PostgresRunStore(database),
    workerId: worker.id,
    publish: (id, limits) => definitions.publish([{ id, queue: 'default', ...described, ...limits }]),
    close: async () => {
      await database.close();
      await clone.drop();
    },
  };
});
