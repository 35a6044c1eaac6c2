import type { StatisticWindow } from '@millrace/postgres';
import { type Duration, toMilliseconds } from '@millrace/sdk';
import { ProblemError } from '../problems/problem.errors.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SHORTEST_MS = MINUTE_MS;
const LONGEST_MS = 90 * 24 * HOUR_MS;
/** Up to here rows of a minute are read. */
const MINUTES_MS = 6 * HOUR_MS;
/** Of a timeline, in seconds; each a multiple of the one before. */
const STEPS = [60, 300, 900, 3_600, 10_800, 21_600, 86_400];
const MOST_STEPS = 120;

/** A window of statistics up to now. */
export interface StatsWindow extends StatisticWindow {
  readonly to: Date;
  readonly seconds: number;
  readonly stepSeconds: number;
}

/** The window that a query asks for, from a whole minute, hour or step on. @throws ProblemError MR_QUERY_INVALID */
export function toWindow(text: string, now = new Date()): StatsWindow {
  const length = toMilliseconds(text as Duration);
  if (length < SHORTEST_MS || length > LONGEST_MS) {
    throw new ProblemError('MR_QUERY_INVALID', `The window ${text} is not from 1 minute to 90 days.`, {
      issues: [{ pointer: '/window', message: 'Give 1m to 90d' }],
    });
  }
  const grain = length <= MINUTES_MS ? 60 : 3_600;
  const least = Math.max(grain, length / 1_000 / MOST_STEPS);
  const stepSeconds = STEPS.find((step) => step >= least) ?? 86_400;
  const stepMs = stepSeconds * 1_000;
  const since = new Date(Math.floor((now.getTime() - length) / stepMs) * stepMs);
  return { grain, since, to: now, seconds: (now.getTime() - since.getTime()) / 1_000, stepSeconds };
}
