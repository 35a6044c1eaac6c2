import { eachGuarded } from './each-guarded.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAGE = 500;

/** Fails what is queued or waiting when its `timeout` is over. */
export class ExpiredRuns implements Repair {
  readonly kind = 'expired';
  readonly pauseMs = 1_000;

  constructor(private readonly parts: Pick<SweepParts, 'deadlines' | 'dispatcher' | 'logger'>) {}

  async runOnce(): Promise<number> {
    const { deadlines, dispatcher, logger } = this.parts;
    const { count, parentsToWake } = await deadlines.expire(PAGE);
    await eachGuarded(parentsToWake, logger, (runId) => dispatcher.wake(runId));
    return count;
  }
}
