import type { StreamedFile } from '@millrace/ingest';
import type { Transaction } from '../../database.js';
import { LatestCandidates } from './latest-candidates.js';
import type { PartitionsOfLoad } from '../partitions/partitions.js';
import {
  dueIn,
  encodedOf,
  hoursOf,
  type LoadedCounts,
  type ReadFile,
  type RowOrigin,
  type RowSink,
  type RowSource,
  rowsOf,
} from '../copy/row-sink.js';
import { type AddedReports, addMissingReports, addReports, countMissingReports } from './status-history.js';
import { CREATE_STAGED_LATEST, DELETE_REPORTS, MERGE_LATEST, RESTORE_LATEST } from './status-report-sink.sql.js';

interface Loaded {
  readonly file: StreamedFile;
  readonly loaded: number;
}

/**
 * Status reports go straight into the history by COPY, a batch at a time. Where one of a batch is there already, from another
 * file or an earlier batch, what is missing of the batch goes in. The newest of each vehicle, which the encoder finds, becomes the
 * latest where it is newer.
 */
export class StatusReportSink implements RowSink {
  readonly partitioned = 'status_reports';

  /** Two files at once with the same reports may wait for each other: the one that gives way comes again, and goes in key order. */
  async load(transaction: Transaction, source: RowSource, partitions: PartitionsOfLoad, inOrder = false) {
    await transaction.query(CREATE_STAGED_LATEST);
    const { file, loaded } = await (inOrder ? loadInOrder : loadInBatches)(transaction, source, partitions);
    await transaction.query(MERGE_LATEST);
    return { file, counts: countsOf(file, loaded) };
  }

  /** A deadlock halves the group. */
  async loadRead(transaction: Transaction, files: readonly ReadFile[], partitions: PartitionsOfLoad) {
    await partitions.add(partitions.missing(hoursOf(files)));
    const batch = encodedOf(files);
    const added = await addReports(transaction, batch);
    await transaction.query(CREATE_STAGED_LATEST);
    const candidates = new LatestCandidates(transaction.client);
    for (const encoded of batch) await candidates.add(encoded);
    await candidates.stage();
    await transaction.query(MERGE_LATEST);
    return files.map((read) => countsOf(read.file, added ? (added.get(read.contentId) ?? 0) : rowsOf(read)));
  }

  async count(transaction: Transaction, source: RowSource, partitions: PartitionsOfLoad) {
    const { written: file, missing } = await countMissingReports(transaction, (copy) =>
      source(async (batch) => {
        await partitions.add(partitions.missing(batch.hours));
        await copy.write(batch.bytes);
      }),
    );
    return { file, counts: countsOf(file, missing) };
  }

  async unload(transaction: Transaction, { contentId }: RowOrigin) {
    const { rowCount: rows } = await transaction.query(DELETE_REPORTS, [contentId]);
    const { rows: counts } = await transaction.query<{ restored: number; forgotten: number }>(RESTORE_LATEST, [
      contentId,
    ]);
    return { rows, restored: counts[0]?.restored ?? 0, forgotten: counts[0]?.forgotten ?? 0 };
  }
}

async function loadInBatches(
  transaction: Transaction,
  source: RowSource,
  partitions: PartitionsOfLoad,
): Promise<Loaded> {
  const candidates = new LatestCandidates(transaction.client);
  let loaded = 0;
  const file = await source(async (batch) => {
    await partitions.add(partitions.missing(batch.hours));
    // Some carry candidates alone.
    const added = batch.rows === 0 ? undefined : await addReports(transaction, [batch]);
    loaded += added ? onlyOf(added) : batch.rows;
    await candidates.add(batch);
  });
  await candidates.stage();
  return { file, loaded };
}

/** Holds nothing that another load waits for until the file is read. */
async function loadInOrder(transaction: Transaction, source: RowSource, partitions: PartitionsOfLoad): Promise<Loaded> {
  const candidates = new LatestCandidates(transaction.client);
  const { written: file, added } = await addMissingReports(transaction, (copy) =>
    source(async (batch) => {
      await copy.write(batch.bytes);
      await copy.between(async () => {
        await partitions.add(partitions.missing(batch.hours));
        await candidates.add(batch);
      });
    }),
  );
  await candidates.stage();
  return { file, loaded: onlyOf(added) };
}

/** Of one content alone. */
function onlyOf(added: AddedReports): number {
  const [loaded = 0] = added.values();
  return loaded;
}

function countsOf(file: StreamedFile, loaded: number): LoadedCounts {
  return { loaded, unchanged: dueIn(file) - loaded, conflicting: 0, rows: loaded };
}
