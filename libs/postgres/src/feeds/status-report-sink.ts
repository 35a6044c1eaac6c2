import type { StatusReport } from '@millrace/ingest';
import type { Transaction } from '../database.js';
import { copyText, CopyWriter } from './copy-writer.js';
import type { RowSink, RowSource } from './row-sink.js';
import { ADD_REPORTS, COPY_STAGED_REPORTS, CREATE_STAGED_REPORTS, MERGE_LATEST } from './status-report-sink.sql.js';
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

  private async toLines(reports: readonly StatusReport[], contentId: string): Promise<string> {
    const vehicles = await this.vehicles.keysOf(reports.map(({ vehicleId }) => vehicleId));
    return reports
      .map(
        ({ vehicleId, reportTime, status }) =>
          `${vehicles.get(vehicleId) ?? ''}\t${reportTime}\t${copyText(status)}\t${contentId}\n`,
      )
      .join('');
  }
}
