import { describeWorker } from '@millrace/engine';
import { describeProgressContract } from '@millrace/runs/progress.contract';
import { cloneDatabase } from '@millrace/testing';
import { Database } from '../database.js';
import { PostgresRunStore } from './postgres-run-store.js';
import { PostgresWorkerLeases } from './postgres-worker-leases.js';

describeProgressContract('PostgreSQL', async () => {
  const clone = await cloneDatabase();
  const database = await Database.open({ url: clone.url, applicationName: 'spec' });
  const worker = describeWorker(['default']);
  await new PostgresWorkerLeases(database).renew(worker, 60_000);
  return {
    store: new PostgresRunStore(database),
    workerId: worker.id,
    progressOf: async (runId) => {
      const { rows } = await database.query<{ progress: number | null; progress_note: string | null }>(
        'SELECT progress, progress_note FROM public.runs WHERE id = $1',
        [runId],
      );
      const { progress = null, progress_note = null } = rows[0] ?? {};
      return progress === null ? undefined : { fraction: progress, note: progress_note ?? undefined };
    },
    close: async () => {
      await database.close();
      await clone.drop();
    },
  };
});
