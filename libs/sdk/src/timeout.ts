import { type Duration, toMilliseconds } from './duration.js';

/** Executing time that an attempt of a task has that declares none. */
export const DEFAULT_ATTEMPT_TIMEOUT = '1h';

/**
 * A timeout in milliseconds.
 * @throws RangeError when it is no duration, or none at all
 */
export function timeoutMs(field: string, timeout: Duration): number {
  const ms = toMilliseconds(timeout);
  if (ms > 0) return ms;
  throw new RangeError(`${field} is ${String(timeout)}; give a duration longer than zero.`);
}
