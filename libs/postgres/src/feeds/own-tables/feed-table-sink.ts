import { type FeedTable, FileRefusedError, type StreamedFile } from '@millrace/ingest';
import type { Transaction } from '../../database.js';
import { writeDirectly } from '../copy/write-directly.js';
import { CopyWriter, writeAll } from '../copy/copy-writer.js';
import {
  addMissingRows,
  copyRows,
  copyStagedRows,
  countEqualRows,
  createStagedRows,
  deleteRows,
  dropStagedRows,
  findConflict,
} from './feed-table.sql.js';
import type { PartitionsOfLoad } from '../partitions/partitions.js';
import {
  encodedOf,
  type LoadedCounts,
  type ReadFile,
  type RowOrigin,
  type RowSink,
  type RowSource,
} from '../copy/row-sink.js';

/** What was written twice, and with what outcome by file. */
interface Tally {
  /** Rows that were new. */
  readonly added: ReadonlyMap<string, number>;
  /** Rows that are in the table as they were given, the new ones included. */
  readonly equal: ReadonlyMap<string, number>;
}

interface Written<T> {
  readonly written: T;
  /** Only where some keys were there already. */
  readonly tally?: Tally;
}

/**
 * Rows of a feed's own table go straight into it by COPY. When a key is there already, from another file or twice in
 * this one, they are written again into a TEMP table, and what is missing goes in: a key is loaded once, by the file
 * that brought it first.
 */
export class FeedTableSink implements RowSink {
  constructor(private readonly table: FeedTable) {}

  async load(transaction: Transaction, source: RowSource, _partitions: PartitionsOfLoad, inOrder = false) {
    const writeRows = (copy: CopyWriter) => source(({ bytes }) => copy.write(bytes));
    const { written: file, tally } = await this.write(transaction, writeRows, inOrder);
    // Of one file alone.
    const [added, equal] = [only(tally?.added), only(tally?.equal)];
    return { file, counts: tally ? countsOf(file, added, equal) : allLoaded(file) };
  }

  async loadRead(transaction: Transaction, files: readonly ReadFile[]) {
    const { tally } = await this.write(transaction, (copy) => writeAll(copy, encodedOf(files)));
    return files.map(({ file, fileId }) =>
      tally ? countsOf(file, tally.added.get(fileId), tally.equal.get(fileId)) : allLoaded(file),
    );
  }

  async unload(transaction: Transaction, { fileId }: RowOrigin) {
    const { rowCount: rows } = await transaction.query(deleteRows(this.table), [fileId]);
    return { rows, restored: 0, forgotten: 0 };
  }

  /**
   * @param work writes all rows; asked a second time when some keys were there already
   * @param inOrder as if some were
   */
  private async write<T>(
    transaction: Transaction,
    work: (copy: CopyWriter) => Promise<T>,
    inOrder = false,
  ): Promise<Written<T>> {
    const direct = async () => ({ written: await CopyWriter.run(transaction.client, copyRows(this.table), work) });
    if (this.table.key.length === 0) return direct();
    if (inOrder) return this.writeMissing(transaction, work);
    return writeDirectly<Written<T>>(transaction, direct, () => this.writeMissing(transaction, work));
  }

  private async writeMissing<T>(transaction: Transaction, work: (copy: CopyWriter) => Promise<T>) {
    const { table } = this;
    await transaction.query(createStagedRows(table));
    const written = await CopyWriter.run(transaction.client, copyStagedRows(table), work);
    const added = await rowsByFile(transaction, addMissingRows(table));
    const equal = await rowsByFile(transaction, countEqualRows(table));
    if (table.onConflict === 'refuse') await assertNoConflict(transaction, table);
    await transaction.query(dropStagedRows(table));
    return { written, tally: { added, equal } };
  }
}

async function rowsByFile(transaction: Transaction, text: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await transaction.query<{ fileId: string; rows: number }>(text);
  return new Map(rows.map(({ fileId, rows: count }) => [fileId, count]));
}

async function assertNoConflict(transaction: Transaction, table: FeedTable): Promise<void> {
  const { rows } = await transaction.query<{ key: string }>(findConflict(table));
  if (!rows[0]) return;
  const message = `The table "${table.name}" has ${rows[0].key} with other values, and its declaration refuses that. Mend the file, or unload the one that brought them.`;
  throw new FileRefusedError('MR_KEY_CONFLICT', message);
}

function allLoaded({ records, rejected }: StreamedFile): LoadedCounts {
  return { loaded: records - rejected, unchanged: 0, conflicting: 0, rows: records - rejected };
}

function countsOf({ records, rejected }: StreamedFile, added = 0, equal = 0): LoadedCounts {
  return { loaded: added, unchanged: equal - added, conflicting: records - rejected - equal, rows: added };
}

function only(counts: ReadonlyMap<string, number> = new Map()): number | undefined {
  const [count] = counts.values();
  return count;
}
