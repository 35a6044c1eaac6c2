import type { StreamedFile } from '@millrace/ingest';
import type { Transaction } from '../database.js';
import { CopyWriter, writeAll } from './copy-writer.js';
import type { PartitionsOfLoad } from './partitions.js';
import {
  dueIn,
  hoursOf,
  type LoadedCounts,
  type ReadFile,
  type RowOrigin,
  type RowSink,
  type RowSource,
} from './row-sink.js';
import {
  ADD_MISSING_REPORTS,
  ADD_NEW_REPORTS,
  COPY_STAGED_REPORTS,
  CREATE_STAGED_REPORTS,
  DELETE_REPORTS,
  MERGE_LATEST,
  RESTORE_LATEST,
} from './status-report-sink.sql.js';
import { writeDirectly } from './write-directly.js';

/**
 * Status reports go by COPY into a TEMP table, from there into the history, each once, and, where newer, into the latest.
 */
export class StatusReportSink implements RowSink {
  readonly partitioned = 'status_reports';

  async load(transaction: Transaction, source: RowSource, partitions: PartitionsOfLoad) {
    await transaction.query(CREATE_STAGED_REPORTS);
    const missing = new Set<number>();
    const file = await CopyWriter.run(transaction.client, COPY_STAGED_REPORTS, (copy) =>
      source(({ bytes, hours }) => {
        for (const week of partitions.missing(hours)) missing.add(week);
        return copy.write(bytes);
      }),
    );
    await partitions.add([...missing]);
    const [loaded = 0] = [...(await mergeStaged(transaction)).values()];
    return { file, counts: countsOf(file, loaded) };
  }

  async loadRead(transaction: Transaction, files: readonly ReadFile[], partitions: PartitionsOfLoad) {
    await partitions.add(partitions.missing(hoursOf(files)));
    await transaction.query(CREATE_STAGED_REPORTS);
    await CopyWriter.run(transaction.client, COPY_STAGED_REPORTS, (copy) => writeAll(copy, files));
    const added = await mergeStaged(transaction);
    return files.map(({ file, contentId }) => countsOf(file, added.get(contentId) ?? 0));
  }

  async unload(transaction: Transaction, { contentId }: RowOrigin) {
    const { rowCount: rows } = await transaction.query(DELETE_REPORTS, [contentId]);
    const { rows: counts } = await transaction.query<{ restored: number; forgotten: number }>(RESTORE_LATEST, [
      contentId,
    ]);
    return { rows, restored: counts[0]?.restored ?? 0, forgotten: counts[0]?.forgotten ?? 0 };
  }
}

/** Takes what was staged into history and latest; gives the reports that were new, by content. */
async function mergeStaged(transaction: Transaction): Promise<ReadonlyMap<string, number>> {
  const add = (statement: string) => transaction.query<{ contentId: string; loaded: number }>(statement);
  const { rows } = await writeDirectly(
    transaction,
    () => add(ADD_NEW_REPORTS),
    () => add(ADD_MISSING_REPORTS),
  );
  await transaction.query(MERGE_LATEST);
  return new Map(rows.map(({ contentId, loaded }) => [contentId, loaded]));
}

function countsOf(file: StreamedFile, loaded: number): LoadedCounts {
  return { loaded, unchanged: dueIn(file) - loaded, conflicting: 0, rows: loaded };
}
