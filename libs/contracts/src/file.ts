import { z } from 'zod';

/**
 * States of an arrival: `arrived` until its run has ended it as one of the others; `failed` when that run failed for good
 * or was cancelled, whatever is in the file; `unloaded` when a person took it back, `superseded` when its path came back with
 * more behind the same bytes.
 */
export const FileState = z.enum([
  'arrived',
  'loaded',
  'duplicate',
  'quarantined',
  'failed',
  'vanished',
  'unloaded',
  'superseded',
]);
export type FileState = z.infer<typeof FileState>;

/** What made us look at a path. */
export const FoundBy = z.enum(['event', 'scan', 'api']);
export type FoundBy = z.infer<typeof FoundBy>;

/** Why a file was not loaded, and, of one that was refused, where in it. */
export const FileReason = z.object({
  /** `MR_...`; of a failed run also the code of the system: `EIO`. */
  code: z.string(),
  message: z.string(),
  /** Byte offset in the file, from 0. */
  offset: z.int().min(0).optional(),
  /** The file is packed, and the offset counts the bytes that it is unpacked to. */
  unpacked: z.literal(true).optional(),
  /** Line of that byte, from 1. */
  line: z.int().min(1).optional(),
  /** JSON pointer of the value at fault. */
  pointer: z.string().optional(),
});
export type FileReason = z.infer<typeof FileReason>;

/** What a loaded content gave. `records` = `loaded` + `unchanged` + `conflicting` + `expired` + `rejected`. */
export const FileCounts = z.object({
  /** Records in the document. */
  records: z.int().min(0),
  /** Records whose rows this file gave. */
  loaded: z.int().min(0),
  /** Records that were there already, word for word. */
  unchanged: z.int().min(0),
  /** Records whose key was there already with other values; what was there stays. */
  conflicting: z.int().min(0),
  /** Records older than what is kept: they were not loaded. */
  expired: z.int().min(0),
  /** Records that could not be loaded and were set aside. */
  rejected: z.int().min(0),
  /** Records with a time that names no zone: it was taken for UTC. */
  naive: z.int().min(0),
  /** Records with fields that the feed does not know: those were left out. */
  extra: z.int().min(0),
  /** Rows this file gave to its feed's public view. */
  rows: z.int().min(0),
});
export type FileCounts = z.infer<typeof FileCounts>;

/** One appearance of a file in the inbox, as the API and the page show it. */
export const FileView = z.object({
  id: z.uuid(),
  /** Relative to the inbox. */
  name: z.string(),
  feed: z.string(),
  state: FileState,
  /** Bytes when it was found. */
  size: z.int().min(0),
  foundBy: FoundBy,
  foundAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** The run that loads it. */
  runId: z.uuid(),
  /** Hex; null until loaded or recognised as a duplicate. */
  sha256: z.string().length(64).nullable(),
  /** Of `loaded` files only. */
  counts: FileCounts.nullable(),
  /** The file that brought the same bytes first; of `duplicate` files only. */
  duplicateOf: z.uuid().nullable(),
  /** The file that was loaded in place of this one; of `superseded` files only. */
  supersededBy: z.uuid().nullable(),
  /** The file that this one was loaded in place of. */
  supersedes: z.uuid().nullable(),
  /** Of `quarantined`, `failed` and `vanished` files only. */
  reason: FileReason.nullable(),
});
export type FileView = z.infer<typeof FileView>;

/** An uploaded file, durable and in the ledger; its run loads it. */
export const FileAccepted = z.object({
  id: z.uuid(),
  name: z.string(),
  feed: z.string(),
  /** The run that loads it. */
  runId: z.uuid(),
  links: z.object({ self: z.string(), run: z.string() }),
});
export type FileAccepted = z.infer<typeof FileAccepted>;

/** Bytes of a file around a fault, those of a packed one as they are unpacked. */
export const FileExcerpt = z.object({
  /** Byte offset of the first of them, from 0. */
  offset: z.int().min(0),
  /** At most 512, in base64. */
  raw: z.base64(),
  /** The same as text. */
  text: z.string(),
});
export type FileExcerpt = z.infer<typeof FileExcerpt>;

/** A file with every other appearance of its bytes and of its name, oldest first. */
export const FileDetail = FileView.extend({
  /** What stands around the byte of its reason; null where that names none. */
  excerpt: FileExcerpt.nullable(),
  history: z.array(FileView),
});
export type FileDetail = z.infer<typeof FileDetail>;

/** A page of files, newest first; `next` is the cursor of the following page. */
export const FilePage = z.object({ files: z.array(FileView), next: z.string().nullable() });
export type FilePage = z.infer<typeof FilePage>;

/** Result of the task `unload-file`. */
export const UnloadFileResult = z.object({
  /** Name of the file, relative to the inbox. */
  file: z.string(),
  feed: z.string(),
  /** Rows that went from its feed's public view or from the history behind it. */
  rows: z.int().min(0),
  /** Rows that were gone before, by their age. */
  expired: z.int().min(0),
  /** Vehicles whose latest status is an earlier one again. */
  restored: z.int().min(0),
  /** Vehicles that have no status left. */
  forgotten: z.int().min(0),
  /** Files that were loaded since and skipped records, some perhaps because of this one: reload those to be sure. At most 100. */
  skippedBy: z.array(z.uuid()),
});
export type UnloadFileResult = z.infer<typeof UnloadFileResult>;

/** A kind of arriving file, as the API and the page show it. */
/** The table of a feed's own, as it is declared. */
export const FeedTableView = z.object({
  /** In their order, without `file_id`. */
  columns: z.array(
    z.object({
      name: z.string(),
      /** `text`, `integer`, `bigint`, `double`, `boolean`, `date`, `timestamptz` or `jsonb`. */
      type: z.string(),
      /** Whether it may be empty. */
      nullable: z.boolean(),
    }),
  ),
  /** Columns that tell a row from all others; empty when every record is a row. */
  key: z.array(z.string()),
  /** What becomes of a row whose key is there already with other values. */
  onConflict: z.enum(['keep', 'refuse']),
});
export type FeedTableView = z.infer<typeof FeedTableView>;

export const FeedView = z.object({
  id: z.string(),
  description: z.string(),
  /** Which names it takes: `objects_detection_[timestamp].json`. */
  fileName: z.string(),
  /** How its records stand in a file. */
  format: z.enum(['json', 'ndjson', 'csv']),
  /** What stands between two fields of a CSV; null of other formats. */
  delimiter: z.string().nullable(),
  /** JSON pointer of the array of records. */
  records: z.string(),
  /** The public view or table its rows show in. */
  view: z.string(),
  /** Its declaration of a table of its own; null when its rows go to tables that are built in. */
  table: FeedTableView.nullable(),
  /** How long a file that does not end its document is waited for. */
  quietPeriodMs: z.number().min(0),
});
export type FeedView = z.infer<typeof FeedView>;

/** Input of the task `load-file`. */
export const LoadFileInput = z.object({ fileId: z.uuid() });
export type LoadFileInput = z.infer<typeof LoadFileInput>;

/** Result of the task `load-file`. */
export const LoadFileResult = z.object({
  /** Name of the file, relative to the inbox. */
  file: z.string(),
  feed: z.string(),
  outcome: z.enum(['loaded', 'duplicate']),
  /** Rows it gave to its feed's public view; 0 for a duplicate. */
  rows: z.int().min(0),
  /** Records in the document. */
  records: z.int().min(0),
  /** Records that could not be loaded and were set aside. */
  rejected: z.int().min(0),
  /** The file that brought the same bytes first; of a `duplicate` only. */
  duplicateOf: z.uuid().optional(),
  /** The file that was taken back for it: its path came back with more behind the same bytes. */
  supersedes: z.uuid().optional(),
});
export type LoadFileResult = z.infer<typeof LoadFileResult>;
