import { describeWorker } from '@millrace/engine';
import { describeRunStoreContract } from '@millrace/runs/run-store.contract';
import { cloneDatabase } from '@millrace/testing';
import { Database } from '../database.js';
import { PostgresRunStore } from './postgres-run-store.js';
import { PostgresWorkerLeases } from './postgres-worker-leases.js';

describeRunStoreContract('PostgreSQL', async () => {
  const clone = await cloneDatabase();
  const database = await Database.open({ url: clone.url, applicationName: 'spec' });
  const worker = describeWorker(['default']);
  await new PostgresWorkerLeases(database).renew(worker, 60_000);
  return {
    store: new PostgresRunStore(database),
    workerId: worker.id,
    close: async () => {
      await database.close();
      await clone.drop();
    },
  };
});
