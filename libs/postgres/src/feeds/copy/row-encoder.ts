import type { BuiltInRows, BuiltInTarget, FeedRow, RowTarget, StreamedFile, WriteRows } from '@millrace/ingest';
import { BinaryRows } from './binary-rows.js';
import { DetectionEventEncoder } from '../detections/detection-event-encoder.js';
import { FeedTableEncoder } from '../own-tables/feed-table-encoder.js';
import type { FeedKeys } from '../keys/key-tables.js';
import { StatusReportEncoder } from '../statuses/status-report-encoder.js';

/** Rows as COPY takes them. */
export interface EncodedRows {
  /** In COPY's binary format, whole rows. */
  readonly bytes: Uint8Array;
  /** Rows that they show as in the target's public view. */
  readonly rows: number;
  /** The hours since 2000 that they lie in, each once. */
  readonly hours: readonly number[];
  /** Of status reports: the newest of each vehicle, in these and those before, in the same format. */
  readonly latest?: Uint8Array;
  /** Whether nothing reads `bytes` and `latest` once they were written, so that their memory may take others. @default false */
  readonly isReturnable?: boolean;
}

/** The memory of rows: it is moved between threads, and not copied. */
export function buffersOf({ bytes, latest }: EncodedRows): ArrayBuffer[] {
  return [bytes, latest].flatMap((some) => (some && some.length > 0 ? [some.buffer as ArrayBuffer] : []));
}

/** Makes the rows of one file into what COPY takes. */
export interface RowEncoder<Row> {
  /** Takes rows, and gives what is ready, made as it is asked for: some may be given later. Names that are new get their keys before. */
  encode(rows: readonly Row[]): Promise<Iterable<EncodedRows>>;
  /** Says that there are no more. Gives what is left. */
  end(): Promise<Iterable<EncodedRows>>;
}

/** The encoder of one content's rows, by target. */
export type RowEncoders = {
  readonly [Target in BuiltInTarget]: (contentId: number) => RowEncoder<BuiltInRows[Target]>;
};

/** @param out shared by all: a buffer for each small file would take longer than its rows */
export function rowEncoders(keys: FeedKeys, out = new BinaryRows()): RowEncoders {
  return {
    objects_detection_events: (contentId) => new DetectionEventEncoder(keys, out, contentId),
    vehicle_status: (contentId) => new StatusReportEncoder(keys, out, contentId),
  };
}

/** Who the rows of one file say they came from. */
interface EncodedFile {
  readonly fileId: string;
  readonly contentId: number;
}

/** The encoder of one file's rows. A feed's `toRow` gives rows of its own target: `defineFeed` checks it. */
export function encoderFor(
  target: RowTarget,
  builtIn: RowEncoders,
  { fileId, contentId }: EncodedFile,
): RowEncoder<FeedRow> {
  const encoder = typeof target === 'string' ? builtIn[target](contentId) : new FeedTableEncoder(target, fileId);
  return encoder;
}

/** Reads a file whose rows go through an encoder. */
export async function encodeFile(
  read: (write: WriteRows) => Promise<StreamedFile>,
  encoder: RowEncoder<FeedRow>,
  write: (encoded: EncodedRows) => Promise<void>,
): Promise<StreamedFile> {
  const writeAll = async (some: Iterable<EncodedRows>) => {
    for (const encoded of some) await write(encoded);
  };
  const file = await read(async (rows) => writeAll(await encoder.encode(rows)));
  await writeAll(await encoder.end());
  return file;
}
