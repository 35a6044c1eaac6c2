import { z } from 'zod';
import { FileState } from './file.js';
import { StoredText } from './stored-text.js';

/** States of files that can be loaded again. */
export const ReloadableState = FileState.extract(['failed', 'quarantined', 'unloaded']);
export type ReloadableState = z.infer<typeof ReloadableState>;

/** Body of `POST /files/reload`. All filters given must hold. */
export const ReloadFiles = z.strictObject({
  state: ReloadableState.describe('Files in this state.'),
  feed: StoredText.optional().describe('Files that this feed took.'),
  since: z.iso.datetime({ offset: true }).optional().describe('Files that came into this state at or after this time.'),
  limit: z.int().min(1).max(1_000).default(100).describe('As many at most, those that are longest in the state.'),
});
export type ReloadFiles = z.infer<typeof ReloadFiles>;

/** Answer of `POST /files/reload`. */
export const FilesReloading = z.object({
  reloading: z.int().min(0).describe('Files for which a run was started.'),
  left: z
    .int()
    .min(0)
    .describe('Files that fit too and were not reached; those that a run loads again already are none.'),
  runs: z
    .array(z.object({ fileId: z.uuid(), runId: z.uuid() }))
    .describe('In the order in which the files were found.'),
});
export type FilesReloading = z.infer<typeof FilesReloading>;
