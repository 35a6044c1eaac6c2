import type { StatusReport } from '@millrace/ingest';
import type { Transaction } from '../database.js';
import { copyText, CopyWriter } from './copy-writer.js';
import type { RowSink, RowSource } from './row-sink.js';
import {
  ADD_REPORTS,
  COPY_STAGED_REPORTS,
  CREATE_STAGED_REPORTS,
  DELETE_REPORTS,
  MERGE_LATEST,
  RESTORE_LATEST,
} from './status-report-sink.sql.js';
import type { SurrogateKeys } from './surrogate-keys.js';

/** Status reports go by COPY into a TEMP table, from there into the history and, where newer, into the latest. */
export class StatusReportSink implements RowSink<StatusReport> {
  constructor(private readonly vehicles: SurrogateKeys) {}

  async load(transaction: Transaction, contentId: string, source: RowSource<StatusReport>) {
    await transaction.query(CREATE_STAGED_REPORTS);
    const file = await CopyWriter.run(transaction.client, COPY_STAGED_REPORTS, (copy) =>
      source(async (reports) => copy.write(await this.toLines(reports, contentId))),
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

  private async toLines(reports: readonly StatusReport[], contentId: string): Promise<string> {
    // Checked and used in one turn: another load may make the memory start anew in between.
    for (let learning = this.learnUnknown(reports); learning; learning = this.learnUnknown(reports)) await learning;
    let lines = '';
    for (const { vehicleId, reportTime, status } of reports) {
      lines += `${this.vehicles.keyOf(vehicleId)}\t${reportTime}\t${copyText(status)}\t${contentId}\n`;
    }
    return lines;
  }

  /** Undefined when all keys are remembered. */
  private learnUnknown(reports: readonly StatusReport[]): Promise<void> | undefined {
    const unknown = this.vehicles.unknownOf(reports.map(({ vehicleId }) => vehicleId));
    return unknown.size > 0 ? this.vehicles.learn(unknown) : undefined;
  }
}
