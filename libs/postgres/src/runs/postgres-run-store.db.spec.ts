import { describeWorker } from '@millrace/engine';
import { describeCancellationContract } from '@millrace/runs/cancellation.contract';
import { describeDeadlinesContract } from '@millrace/runs/deadlines.contract';
import { describeRunRetriesContract } from '@millrace/runs/run-retries.contract';
import { describeRunStoreContract } from '@millrace/runs/run-store.contract';
import { cloneDatabase } from '@millrace/testing';
import { Database } from '../database.js';
import { PostgresRunCancellation } from './postgres-run-cancellation.js';
import { PostgresRunDeadlines } from './postgres-run-deadlines.js';
import { PostgresRunRetries } from './postgres-run-retries.js';
import { PostgresRunStore } from './postgres-run-store.js';
import { PostgresWorkerLeases } from './postgres-worker-leases.js';

const open = async () => {
  const clone = await cloneDatabase();
  const database = await Database.open({ url: clone.url, applicationName: 'spec' });
  const worker = describeWorker(['default']);
  await new PostgresWorkerLeases(database).renew(worker, 60_000);
  return {
    store: new PostgresRunStore(database),
    cancellation: new PostgresRunCancellation(database),
    deadlines: new PostgresRunDeadlines(database),
    retries: new PostgresRunRetries(database),
    workerId: worker.id,
    close: async () => {
      await database.close();
      await clone.drop();
    },
  };
};

describeRunStoreContract('PostgreSQL', open);
describeCancellationContract('PostgreSQL', open);
describeDeadlinesContract('PostgreSQL', open);
describeRunRetriesContract('PostgreSQL', open);
