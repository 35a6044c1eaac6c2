import { UnloadFileResult } from '@millrace/contracts';
import { type Completion, defineService, defineTask } from '@millrace/sdk';
import { z } from 'zod';

/** What `unload-file` needs of its worker: something that takes a file's rows back and ends the run with it. */
export const FileUnloading = defineService<{
  unload(
    fileId: string,
    context: { readonly runId: string; completion(result: UnloadFileResult): Completion },
  ): Promise<Completion>;
}>('file-unloading');

/** Takes back the rows that one file gave, with their effect on the latest status, in one transaction. */
export const unloadFile = defineTask({
  id: 'unload-file',
  description: 'Takes back exactly the rows that one file gave.',
  input: z.strictObject({ fileId: z.uuid() }),
  result: UnloadFileResult,
  queue: 'load',
  uses: { files: FileUnloading },
  run: ({ fileId }, ctx) => ctx.services.files.unload(fileId, ctx),
});
