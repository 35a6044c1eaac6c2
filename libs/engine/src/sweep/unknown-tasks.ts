import { eachGuarded } from './each-guarded.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAGE = 500;
/** A task that no worker has known for this long, in milliseconds, will not come back with the next deployment's pods. */
const UNKNOWN_MS = 600_000;

/**
 * Fails queued runs whose task no living worker knows. Only where this worker itself has been there for all that time:
 * one that starts after a night in which all were down may be the first of many.
 */
export class UnknownTasks implements Repair {
  readonly kind = 'unknown';
  readonly pauseMs = 60_000;

  constructor(private readonly parts: Pick<SweepParts, 'repairs' | 'dispatcher' | 'inTouchMs' | 'logger'>) {}

  async runOnce(): Promise<number> {
    const { repairs, dispatcher, inTouchMs, logger } = this.parts;
    if (inTouchMs() < UNKNOWN_MS) return 0;
    const { count, parentsToWake } = await repairs.failUnknown(UNKNOWN_MS, PAGE);
    await eachGuarded(parentsToWake, logger, (runId) => dispatcher.wake(runId));
    return count;
  }
}
