import type { FileCounts, UnloadFileResult } from '@millrace/contracts';
import type { StreamedFile } from '@millrace/ingest';
import type { Transaction } from '../../database.js';
import type { PartitionedTable, PartitionsOfLoad } from '../partitions/partitions.js';
import type { EncodedRows } from './row-encoder.js';

/** Reads a file from its start and writes its rows; resolves once the whole file went by. */
export type RowSource = (write: (rows: EncodedRows) => Promise<void>) => Promise<StreamedFile>;

/** What became of the records that have rows. */
export type LoadedCounts = Pick<FileCounts, 'loaded' | 'unchanged' | 'conflicting' | 'rows'>;

/** What went, and whose latest status is another one now. */
export type UnloadedCounts = Pick<UnloadFileResult, 'rows' | 'restored' | 'forgotten'>;

/** Who a file's rows say they came from. */
export interface RowOrigin {
  /** Id of its arrival. */
  readonly fileId: string;
  /** Id of its content. */
  readonly contentId: string;
}

/** A file that was read whole: its rows as COPY takes them, each with its origin. */
export interface ReadFile extends RowOrigin {
  readonly file: StreamedFile;
  readonly encoded: readonly EncodedRows[];
}

/** Records that have rows to load. */
export function dueIn({ records, rejected, expired }: StreamedFile): number {
  return records - rejected - expired;
}

/** The rows of files, one file after the other. */
export function encodedOf(files: readonly ReadFile[]): readonly EncodedRows[] {
  return files.flatMap(({ encoded }) => encoded);
}

/** Rows that a file shows as. */
export function rowsOf({ encoded }: ReadFile): number {
  return encoded.reduce((sum, { rows }) => sum + rows, 0);
}

/** The hours that the rows of files lie in, each once. */
export function hoursOf(files: readonly ReadFile[]): ReadonlySet<number> {
  return new Set(encodedOf(files).flatMap(({ hours }) => hours));
}

/** Takes the rows of files into the tables of one target, within their transaction. */
export interface RowSink {
  /** The table whose partitions its rows need; undefined: they need none. */
  readonly partitioned?: PartitionedTable;

  /** @param inOrder it met a deadlock, and is to meet no other load that goes in key order. @default false */
  load(
    transaction: Transaction,
    source: RowSource,
    partitions: PartitionsOfLoad,
    inOrder?: boolean,
  ): Promise<{ readonly file: StreamedFile; readonly counts: LoadedCounts }>;

  /**
   * Says what a load would count, within a transaction that is to be rolled back, and keeps no load waiting.
   * @param partitions makes none. @default it is loaded, and makes its partitions in the transaction
   */
  count?(
    transaction: Transaction,
    source: RowSource,
    partitions: PartitionsOfLoad,
  ): Promise<{ readonly file: StreamedFile; readonly counts: LoadedCounts }>;

  /** Takes the rows of several files, in one COPY; gives what became of each, in their order. */
  loadRead(
    transaction: Transaction,
    files: readonly ReadFile[],
    partitions: PartitionsOfLoad,
  ): Promise<readonly LoadedCounts[]>;

  /** Takes back the rows of this origin. */
  unload(transaction: Transaction, origin: RowOrigin): Promise<UnloadedCounts>;
}
