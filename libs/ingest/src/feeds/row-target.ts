import type { FeedTable } from './feed-table.js';

/** One detection event: what a vehicle saw at one time. */
export interface DetectionEvent {
  readonly vehicleId: string;
  /** As `parseTimestamp` gives it. */
  readonly detectionTime: string;
  readonly detections: readonly { readonly objectType: string; readonly objectValue: number }[];
}

/** One report of a vehicle's status. */
export interface StatusReport {
  readonly vehicleId: string;
  /** As `parseTimestamp` gives it. */
  readonly reportTime: string;
  readonly status: string;
}

/** The rows of the built-in tables, by the public view they show in. */
export interface BuiltInRows {
  readonly objects_detection_events: DetectionEvent;
  readonly vehicle_status: StatusReport;
}

export type BuiltInTarget = keyof BuiltInRows;

/** Where a feed's rows go: a public view over built-in tables, or a table of its own. */
export type RowTarget = BuiltInTarget | FeedTable;

/** One row of a target. */
export type RowOf<Target extends RowTarget> = Target extends BuiltInTarget
  ? BuiltInRows[Target]
  : Target extends FeedTable<infer Row>
    ? Row
    : never;

/** A row of any target: a feed gives those of its own. */
export type FeedRow = BuiltInRows[BuiltInTarget] | Readonly<Record<string, unknown>>;

/** The view or table that the rows show in. */
export function nameOfTarget(target: RowTarget): string {
  return typeof target === 'string' ? target : target.name;
}
