import { FileDryRun } from '@millrace/contracts';
import { defineService, defineTask } from '@millrace/sdk';
import { z } from 'zod';

/** What `dry-run-file` needs of its worker: something that says what a load of a file would do. */
export const FileDryRuns = defineService<{
  dryRun(fileId: string, signal: AbortSignal): Promise<FileDryRun>;
}>('file-dry-runs');

/** Says what a load of a file of the ledger would do now; changes nothing. */
export const dryRunFile = defineTask({
  id: 'dry-run-file',
  description: 'Says what a load of one file would do, and changes nothing.',
  input: z.strictObject({ fileId: z.uuid() }),
  result: FileDryRun,
  queue: 'load',
  attemptTimeout: '1d',
  uses: { files: FileDryRuns },
  run: ({ fileId }, ctx) => ctx.services.files.dryRun(fileId, ctx.signal),
});
