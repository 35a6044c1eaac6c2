import type { Transaction } from '../database.js';
import { CopyWriter } from './copy-writer.js';
import type { RowSink, RowSource } from './row-sink.js';
import {
  ADD_REPORTS,
  COPY_STAGED_REPORTS,
  CREATE_STAGED_REPORTS,
  DELETE_REPORTS,
  MERGE_LATEST,
  RESTORE_LATEST,
} from './status-report-sink.sql.js';

/** Status reports go by COPY into a TEMP table, from there into the history and, where newer, into the latest. */
export class StatusReportSink implements RowSink {
  async load(transaction: Transaction, source: RowSource) {
    await transaction.query(CREATE_STAGED_REPORTS);
    const file = await CopyWriter.run(transaction.client, COPY_STAGED_REPORTS, (copy) =>
      source(({ bytes }) => copy.write(bytes)),
    );
    const { rowCount: loaded } = await transaction.query(ADD_REPORTS);
    await transaction.query(MERGE_LATEST);
    const unchanged = file.records - file.rejected - loaded;
    return { file, counts: { loaded, unchanged, conflicting: 0, rows: loaded } };
  }

  async unload(transaction: Transaction, contentId: string) {
    const { rowCount: rows } = await transaction.query(DELETE_REPORTS, [contentId]);
    const { rows: counts } = await transaction.query<{ restored: number; forgotten: number }>(RESTORE_LATEST, [
      contentId,
    ]);
    return { rows, restored: counts[0]?.restored ?? 0, forgotten: counts[0]?.forgotten ?? 0 };
  }
}
