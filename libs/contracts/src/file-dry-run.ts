import { z } from 'zod';
import { FileCounts, FileReason } from './file.js';
import { RejectView } from './reject.js';

/** Rejects that a dry run shows; its counts have all of them. */
export const DRY_RUN_REJECTS = 100;

/** What a load of a file would do, as things stood when it was tried: result of the task `dry-run-file`. */
export const FileDryRun = z.object({
  /** Name of the file, relative to the inbox. */
  file: z.string(),
  feed: z.string(),
  /** `quarantined`: it would be refused whole. */
  outcome: z.enum(['loaded', 'duplicate', 'quarantined']),
  /** The file that brought the same bytes first; of a `duplicate` only. */
  duplicateOf: z.uuid().nullable(),
  /** Of a file that would be refused. */
  reason: FileReason.nullable(),
  /** Of a file that would be loaded. */
  counts: FileCounts.nullable(),
  /** Records that would be set aside, the first 100, without their bytes. */
  rejects: z.array(RejectView.omit({ raw: true, text: true, resolution: true })),
});
export type FileDryRun = z.infer<typeof FileDryRun>;
