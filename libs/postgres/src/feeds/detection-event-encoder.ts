import type { DetectionEvent } from '@millrace/ingest';
import { BinaryRows } from './binary-rows.js';
import type { FeedKeys } from './key-tables.js';
import type { EncodedRows, RowEncoder } from './row-encoder.js';

/** An event is one row with its detections as arrays: detection_time, vehicle_key, content_id, types, values. */
export class DetectionEventEncoder implements RowEncoder<DetectionEvent> {
  private readonly out = new BinaryRows();

  constructor(private readonly keys: FeedKeys) {}

  async encode(events: readonly DetectionEvent[], contentId: number): Promise<EncodedRows> {
    // Checked and used in one turn: another load may make the memory start anew in between.
    for (let learning = this.learnUnknown(events); learning; learning = this.learnUnknown(events)) await learning;
    const { out, keys } = this;
    let rows = 0;
    for (const { vehicleId, detectionTime, detections } of events) {
      out.row(5);
      out.time(detectionTime);
      out.bigint(keys.vehicles.keyOf(vehicleId));
      out.bigint(contentId);
      out.smallints(detections.map(({ objectType }) => keys.objectTypes.keyOf(objectType)));
      out.integers(detections.map(({ objectValue }) => objectValue));
      rows += detections.length;
    }
    return { bytes: out.take(), rows };
  }

  /** Undefined when all keys are remembered. */
  private learnUnknown(events: readonly DetectionEvent[]): Promise<void> | undefined {
    const { vehicles, objectTypes } = this.keys;
    const unknown = vehicles.unknownOf(vehiclesOf(events));
    if (unknown.size > 0) return vehicles.learn(unknown);
    const types = objectTypes.unknownOf(objectTypesOf(events));
    return types.size > 0 ? objectTypes.learn(types) : undefined;
  }
}

function* vehiclesOf(events: readonly DetectionEvent[]) {
  for (const { vehicleId } of events) yield vehicleId;
}

function* objectTypesOf(events: readonly DetectionEvent[]) {
  for (const { detections } of events) for (const { objectType } of detections) yield objectType;
}
