import type { StatusReport } from '@millrace/ingest';
import { BinaryRows } from './binary-rows.js';
import type { FeedKeys } from './key-tables.js';
import type { EncodedRows, RowEncoder } from './row-encoder.js';

/** A report is one row: vehicle_key, report_time, status, content_id. */
export class StatusReportEncoder implements RowEncoder<StatusReport> {
  private readonly out = new BinaryRows();

  constructor(private readonly keys: Pick<FeedKeys, 'vehicles'>) {}

  async encode(reports: readonly StatusReport[], contentId: number): Promise<EncodedRows> {
    const { out, keys } = this;
    for (;;) {
      // One turn from the first key to the last: another load may make the memory start anew in between.
      const unknown = new Set<string>();
      const hours = new Set<number>();
      out.clear();
      for (const { vehicleId, reportTime, status } of reports) {
        const vehicle = keys.vehicles.find(vehicleId);
        if (vehicle === undefined) unknown.add(vehicleId);
        out.row(4);
        out.bigint(vehicle ?? 0);
        hours.add(out.time(reportTime));
        out.text(status);
        out.bigint(contentId);
      }
      const bytes = out.take();
      if (unknown.size === 0) return { bytes, rows: reports.length, hours: [...hours] };
      await keys.vehicles.learn(unknown);
    }
  }
}
