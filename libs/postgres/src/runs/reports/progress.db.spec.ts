import { describeProgressContract } from '@millrace/runs/progress.contract';
import { openDatabaseRig } from '../../database-rig.contract.js';

describeProgressContract('PostgreSQL', async () => {
  const rig = await openDatabaseRig();
  return {
    ...rig,
    progressOf: async (runId) => {
      const { rows } = await rig.database.query<{ progress: number | null; progress_note: string | null }>(
        'SELECT progress, progress_note FROM public.runs WHERE id = $1',
        [runId],
      );
      const { progress = null, progress_note = null } = rows[0] ?? {};
      return progress === null ? undefined : { fraction: progress, note: progress_note ?? undefined };
    },
  };
});
