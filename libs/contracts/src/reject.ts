import { z } from 'zod';

/** What a record that was resubmitted turned out to be; of the ledger's kinds, all but `rejected`. */
export const ResubmitOutcome = z.enum(['loaded', 'unchanged', 'conflicting', 'expired']);
export type ResubmitOutcome = z.infer<typeof ResubmitOutcome>;

/** How a reject was put right. */
export const RejectResolution = z.object({
  at: z.iso.datetime(),
  /** The run that loaded it. */
  runId: z.uuid(),
  outcome: ResubmitOutcome,
  /** What was loaded in its place; null when it was loaded as it stands in the file. */
  text: z.string().nullable(),
});
export type RejectResolution = z.infer<typeof RejectResolution>;

/** One record of a file that could not be loaded, while the rest was. */
export const RejectView = z.object({
  /** Its place among the records of the file, from 0. */
  index: z.int().min(0),
  /** `MR_...` */
  code: z.string(),
  message: z.string(),
  /** Byte offset of the record in the file, from 0. */
  offset: z.int().min(0),
  /** Bytes that the record has in the file. */
  length: z.int().min(1),
  /** Line of its first byte, from 1. */
  line: z.int().min(1),
  /** JSON pointer of the value at fault. */
  pointer: z.string(),
  /** The record's bytes, at most the first 64 KiB, in base64. */
  raw: z.base64(),
  /** The same as text. */
  text: z.string(),
  /** null while it is not resubmitted. */
  resolution: RejectResolution.nullable(),
});
export type RejectView = z.infer<typeof RejectView>;

/** A page of a file's rejects in the order of the file; `next` is the index to go on after. */
export const RejectPage = z.object({ rejects: z.array(RejectView), next: z.int().min(0).nullable() });
export type RejectPage = z.infer<typeof RejectPage>;

/** Body of `POST /files/:id/rejects/:index/resubmit`. */
export const ResubmitReject = z.strictObject({
  text: z
    .string()
    .min(1)
    // It would be loaded as other text than was sent.
    .refine((text) => text.isWellFormed(), 'a lone surrogate is no text')
    .optional()
    .describe('The record put right, as it would stand in the file. Without it: as it stands there.'),
});
export type ResubmitReject = z.infer<typeof ResubmitReject>;

/** Result of the task `resubmit-reject`. */
export const ResubmitRejectResult = z.object({
  /** Name of the file, relative to the inbox. */
  file: z.string(),
  feed: z.string(),
  /** Place of the record in the file, from 0. */
  index: z.int().min(0),
  outcome: ResubmitOutcome,
  /** Rows that the file gives to its feed's public view since, beside those it gave before. */
  rows: z.int().min(0),
});
export type ResubmitRejectResult = z.infer<typeof ResubmitRejectResult>;
