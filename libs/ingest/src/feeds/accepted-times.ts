import { toMilliseconds, type Duration } from '@millrace/sdk';
import { assertKnownOptions, type KnownOptions } from './known-options.js';

/** Which times a feed's records may have. */
export interface AcceptedTimes {
  /** A record is rejected whose time lies further back than this when it is read. @default any past is accepted */
  past?: Duration;
  /** A record is rejected whose time lies further ahead than this when it is read. @default '1d' */
  future?: Duration;
  /** A file is refused whole when its records need more new partitions, of a week each. @default 400 */
  newPartitions?: number;
}

/** The same with its defaults filled in. */
export interface CompleteAcceptedTimes {
  /** Milliseconds; `Infinity`: any past. */
  readonly pastMs: number;
  /** Milliseconds. */
  readonly futureMs: number;
  readonly newPartitions: number;
}

const OPTIONS: KnownOptions<AcceptedTimes> = { past: true, future: true, newPartitions: true };

/**
 * Accepted times with their defaults filled in.
 * @throws RangeError when the number of partitions is none, TypeError when an option is none or a duration is malformed
 */
export function completeAcceptedTimes(accepted: AcceptedTimes = {}) {
  assertKnownOptions('"accepts"', accepted, OPTIONS);
  const { past, future = '1d', newPartitions = 400 } = accepted;
  if (!Number.isInteger(newPartitions) || newPartitions < 1) {
    throw new RangeError(`accepts.newPartitions is ${String(newPartitions)}; give a whole number from 1.`);
  }
  const pastMs = past === undefined ? Infinity : toMilliseconds(past);
  return { pastMs, futureMs: toMilliseconds(future), newPartitions } satisfies CompleteAcceptedTimes;
}
