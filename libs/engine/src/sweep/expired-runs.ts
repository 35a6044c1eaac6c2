import { eachGuarded } from './each-guarded.js';
import { Pace } from './pace.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAUSE_MS = 1_000;
const PAGE = 500;

/** Fails what is queued or waiting when its `timeout` is over. */
export class ExpiredRuns implements Repair {
  readonly kind = 'expired';
  readonly #pace = new Pace(PAUSE_MS);

  constructor(private readonly parts: Pick<SweepParts, 'deadlines' | 'dispatcher' | 'logger'>) {}

  get pauseMs(): number {
    return this.#pace.pauseMs;
  }

  async runOnce(): Promise<number> {
    const { deadlines, dispatcher, logger } = this.parts;
    const { count, parentsToWake } = await this.#pace.look(
      () => deadlines.expire(PAGE),
      (ended) => ended.count === 0,
    );
    await eachGuarded(parentsToWake, logger, (runId) => dispatcher.wake(runId));
    return count;
  }
}
