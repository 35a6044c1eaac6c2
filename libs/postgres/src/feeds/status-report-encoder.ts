import type { StatusReport } from '@millrace/ingest';
import { BinaryRows } from './binary-rows.js';
import type { FeedKeys } from './key-tables.js';
import type { EncodedRows, RowEncoder } from './row-encoder.js';

/** A report is one row: vehicle_key, report_time, status, content_id. */
export class StatusReportEncoder implements RowEncoder<StatusReport> {
  private readonly out = new BinaryRows();

  constructor(private readonly keys: Pick<FeedKeys, 'vehicles'>) {}

  async encode(reports: readonly StatusReport[], contentId: number): Promise<EncodedRows> {
    // Checked and used in one turn: another load may make the memory start anew in between.
    for (let learning = this.learnUnknown(reports); learning; learning = this.learnUnknown(reports)) await learning;
    const { out, keys } = this;
    for (const { vehicleId, reportTime, status } of reports) {
      out.row(4);
      out.bigint(keys.vehicles.keyOf(vehicleId));
      out.time(reportTime);
      out.text(status);
      out.bigint(contentId);
    }
    return { bytes: out.take(), rows: reports.length };
  }

  /** Undefined when all keys are remembered. */
  private learnUnknown(reports: readonly StatusReport[]): Promise<void> | undefined {
    const unknown = this.keys.vehicles.unknownOf(vehiclesOf(reports));
    return unknown.size > 0 ? this.keys.vehicles.learn(unknown) : undefined;
  }
}

function* vehiclesOf(reports: readonly StatusReport[]) {
  for (const { vehicleId } of reports) yield vehicleId;
}
