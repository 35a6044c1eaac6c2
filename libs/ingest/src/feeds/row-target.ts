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

/** The rows that can be loaded, by the public view they show in. */
export interface TargetRows {
  readonly objects_detection_events: DetectionEvent;
  readonly vehicle_status: StatusReport;
}

/** Where a feed's rows go. */
export type RowTarget = keyof TargetRows;
