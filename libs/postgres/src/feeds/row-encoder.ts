import type { BuiltInRows, BuiltInTarget, FeedRow, RowTarget } from '@millrace/ingest';
import { DetectionEventEncoder } from './detection-event-encoder.js';
import { FeedTableEncoder } from './feed-table-encoder.js';
import type { FeedKeys } from './key-tables.js';
import { StatusReportEncoder } from './status-report-encoder.js';

/** Rows as COPY takes them. */
export interface EncodedRows {
  /** In COPY's binary format, whole rows. */
  readonly bytes: Uint8Array;
  /** Rows that they show as in the target's public view. */
  readonly rows: number;
  /** The hours since 2000 that they lie in, each once. */
  readonly hours: readonly number[];
}

/** Makes rows of one target into what COPY takes. */
export interface RowEncoder<Row> {
  /** Rows of one content; names that are new get their keys before. */
  encode(rows: readonly Row[], contentId: number): Promise<EncodedRows>;
}

export type RowEncoders = { readonly [Target in BuiltInTarget]: RowEncoder<BuiltInRows[Target]> };

export function rowEncoders(keys: FeedKeys): RowEncoders {
  return {
    objects_detection_events: new DetectionEventEncoder(keys),
    vehicle_status: new StatusReportEncoder(keys),
  };
}

/** The encoder of one file's rows. A feed's `toRow` gives rows of its own target: `defineFeed` checks it. */
export function encoderFor(target: RowTarget, builtIn: RowEncoders, fileId: string): RowEncoder<FeedRow> {
  const encoder = typeof target === 'string' ? builtIn[target] : new FeedTableEncoder(target, fileId);
  return encoder;
}
