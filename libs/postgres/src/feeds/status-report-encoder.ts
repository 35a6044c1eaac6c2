import type { StatusReport } from '@millrace/ingest';
import { BinaryRows } from './binary-rows.js';
import type { FeedKeys } from './key-tables.js';
import type { EncodedRows, RowEncoder } from './row-encoder.js';

/** A report is one row: vehicle_key, report_time, status, content_id. */
export class StatusReportEncoder implements RowEncoder<StatusReport> {
  private readonly out = new BinaryRows();

  constructor(private readonly keys: Pick<FeedKeys, 'vehicles'>) {}

  async encode(reports: readonly StatusReport[], contentId: number): Promise<EncodedRows> {
    const vehicles = await this.vehiclesOf(reports);
    const { out } = this;
    const hours = new Set<number>();
    out.clear();
    reports.forEach(({ reportTime, status }, index) => {
      out.row(4);
      out.bigint(vehicles[index] as number);
      hours.add(out.time(reportTime));
      out.text(status);
      out.bigint(contentId);
    });
    return { bytes: out.take(), rows: reports.length, hours: [...hours] };
  }

  /** In their order. A file of many new vehicles has some in nearly every piece: rows are encoded when all keys are there. */
  private async vehiclesOf(reports: readonly StatusReport[]): Promise<readonly number[]> {
    const { vehicles } = this.keys;
    for (;;) {
      // One turn from the first key to the last: another load may make the memory start anew in between.
      const unknown = new Set<string>();
      const keys = reports.map(({ vehicleId }) => {
        const key = vehicles.find(vehicleId);
        if (key === undefined) unknown.add(vehicleId);
        return key ?? 0;
      });
      if (unknown.size === 0) return keys;
      await vehicles.learn(unknown);
    }
  }
}
