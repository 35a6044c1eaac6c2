import { LoadFileResult } from '@millrace/contracts';
import { type Completion, defineService, defineTask, type TaskLog } from '@millrace/sdk';
import { z } from 'zod';

/** What `load-file` needs of its worker: something that loads one file and ends the run in the file's own transaction. */
export const FileLoading = defineService<{
  load(fileId: string, context: LoadContext): Promise<Completion>;
  reload(fileId: string, context: LoadContext): Promise<Completion>;
}>('file-loading');

interface LoadContext {
  readonly runId: string;
  readonly epoch: number;
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  progress(fraction: number, note?: string): void;
  completion(result: LoadFileResult): Completion;
}

/** Loads one file into its table: rows, ledger and this run's end in one transaction. */
export const loadFile = defineTask({
  id: 'load-file',
  description: 'Loads one arrived file into its table, exactly once.',
  input: z.strictObject({ fileId: z.uuid(), again: z.boolean().default(false) }),
  result: LoadFileResult,
  queue: 'load',
  attemptTimeout: '1d',
  uses: { files: FileLoading },
  run: ({ fileId, again }, ctx) =>
    again ? ctx.services.files.reload(fileId, ctx) : ctx.services.files.load(fileId, ctx),
});
