import type { RowTarget, TargetRows } from '@millrace/ingest';
import { DetectionEventEncoder } from './detection-event-encoder.js';
import type { FeedKeys } from './key-tables.js';
import { StatusReportEncoder } from './status-report-encoder.js';

/** Rows as COPY takes them. */
export interface EncodedRows {
  /** In COPY's binary format, whole rows. */
  readonly bytes: Uint8Array;
  /** Rows that they show as in the target's public view. */
  readonly rows: number;
  /** The hours since 2000 that they lie in, each once; empty for a target that is not rolled up. */
  readonly hours: readonly number[];
}

/** Makes rows of one target into what COPY takes. */
export interface RowEncoder<Row> {
  /** Rows of one content; names that are new get their keys before. */
  encode(rows: readonly Row[], contentId: number): Promise<EncodedRows>;
}

export type RowEncoders = { readonly [Target in RowTarget]: RowEncoder<TargetRows[Target]> };

export function rowEncoders(keys: FeedKeys): RowEncoders {
  return {
    objects_detection_events: new DetectionEventEncoder(keys),
    vehicle_status: new StatusReportEncoder(keys),
  };
}
