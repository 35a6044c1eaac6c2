import type { DetectionEvent } from '@millrace/ingest';
import type { BinaryRows } from '../copy/binary-rows.js';
import type { FeedKeys } from '../keys/key-tables.js';
import type { EncodedRows, RowEncoder } from '../copy/row-encoder.js';

/** What is learned of events while they are encoded. */
interface Learned {
  readonly unknown: { readonly vehicles: Set<string>; readonly objectTypes: Set<string> };
  readonly hours: Set<number>;
}

/** An event is one row with its detections as arrays: detection_time, vehicle_key, content_id, types, values. */
export class DetectionEventEncoder implements RowEncoder<DetectionEvent> {
  /** @param out may be shared: it is used within one turn */
  constructor(
    private readonly keys: FeedKeys,
    private readonly out: BinaryRows,
    private readonly contentId: number,
  ) {}

  async encode(events: readonly DetectionEvent[]): Promise<readonly EncodedRows[]> {
    const { vehicles, objectTypes } = this.keys;
    for (;;) {
      // One turn from the first key to the last: another load may make the memory start anew in between.
      const unknown = { vehicles: new Set<string>(), objectTypes: new Set<string>() };
      const hours = new Set<number>();
      this.out.clear();
      const rows = this.encodeKnown(events, { unknown, hours });
      const bytes = this.out.take();
      if (unknown.vehicles.size === 0 && unknown.objectTypes.size === 0) return [{ bytes, rows, hours: [...hours] }];
      if (unknown.vehicles.size > 0) await vehicles.learn(unknown.vehicles);
      if (unknown.objectTypes.size > 0) await objectTypes.learn(unknown.objectTypes);
    }
  }

  async end(): Promise<readonly EncodedRows[]> {
    return [];
  }

  /**
   * Gives the rows they show as; adds their hours, and names whose keys are not remembered: then what was made is of no
   * use.
   */
  private encodeKnown(events: readonly DetectionEvent[], { unknown, hours }: Learned): number {
    const { out, keys, contentId } = this;
    let rows = 0;
    for (const { vehicleId, detectionTime, detections } of events) {
      const vehicle = keys.vehicles.find(vehicleId);
      if (vehicle === undefined) unknown.vehicles.add(vehicleId);
      const types: number[] = [];
      const values: number[] = [];
      for (const { objectType, objectValue } of detections) {
        const type = keys.objectTypes.find(objectType);
        if (type === undefined) unknown.objectTypes.add(objectType);
        types.push(type ?? 0);
        values.push(objectValue);
      }
      out.row(5);
      hours.add(out.time(detectionTime));
      out.bigint(vehicle ?? 0);
      out.bigint(contentId);
      out.smallints(types);
      out.integers(values);
      rows += detections.length;
    }
    return rows;
  }
}
