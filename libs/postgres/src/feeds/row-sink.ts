import type { FileCounts, UnloadFileResult } from '@millrace/contracts';
import type { StreamedFile } from '@millrace/ingest';
import type { Transaction } from '../database.js';
import type { EncodedRows } from './row-encoder.js';

/** Reads a file from its start and writes its rows; resolves once the whole file went by. */
export type RowSource = (write: (rows: EncodedRows) => Promise<void>) => Promise<StreamedFile>;

/** What became of the records that were not rejected. */
export type LoadedCounts = Pick<FileCounts, 'loaded' | 'unchanged' | 'conflicting' | 'rows'>;

/** What went, and whose latest status is another one now. */
export type UnloadedCounts = Pick<UnloadFileResult, 'rows' | 'restored' | 'forgotten'>;

/** Takes the rows of one file into the tables of one target, within the file's transaction. */
export interface RowSink {
  load(
    transaction: Transaction,
    source: RowSource,
  ): Promise<{ readonly file: StreamedFile; readonly counts: LoadedCounts }>;

  /** Takes back the rows that this content gave. */
  unload(transaction: Transaction, contentId: string): Promise<UnloadedCounts>;
}
