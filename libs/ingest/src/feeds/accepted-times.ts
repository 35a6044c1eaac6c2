import { toMilliseconds, type Duration } from '@millrace/sdk';

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

/**
 * Accepted times with their defaults filled in.
 * @throws RangeError when the number of partitions is none, TypeError when a duration is malformed
 */
export function completeAcceptedTimes({ past, future = '1d', newPartitions = 400 }: AcceptedTimes = {}) {
  if (!Number.isInteger(newPartitions) || newPartitions < 1) {
    throw new RangeError(`accepts.newPartitions is ${String(newPartitions)}; give a whole number from 1.`);
  }
  const pastMs = past === undefined ? Infinity : toMilliseconds(past);
  return { pastMs, futureMs: toMilliseconds(future), newPartitions } satisfies CompleteAcceptedTimes;
}
