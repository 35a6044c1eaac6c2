import { toMs } from './time-span.js';
import type { BuiltInRows, BuiltInTarget, FeedRow, RowTarget } from './row-target.js';

const TIMES: { readonly [Target in BuiltInTarget]: (row: BuiltInRows[Target]) => string } = {
  objects_detection_events: ({ detectionTime }) => detectionTime,
  vehicle_status: ({ reportTime }) => reportTime,
};

/** Whether a row is older than what is kept. @param keptFromMs since 1970; undefined: all is kept */
export function isExpired(target: RowTarget, row: FeedRow, keptFromMs: number | undefined): boolean {
  const time = timeOf(target)?.(row);
  return time !== undefined && keptFromMs !== undefined && toMs(time) < keptFromMs;
}

/** What gives the time of a target's row, by which its table is partitioned; undefined for a table of a feed's own. */
export function timeOf(target: RowTarget): ((row: FeedRow) => string) | undefined {
  return typeof target === 'string' ? (TIMES[target] as (row: FeedRow) => string) : undefined;
}
