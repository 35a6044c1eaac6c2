import { eachGuarded } from './each-guarded.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

/** Moved in one statement: no run row is locked for longer than one batch. */
const PAGE = 500;
const PAGES_A_TURN = 40;
/** Spent marks do no harm: while there is nothing to cancel they are looked for at each of so many turns. */
const TURNS_A_DROP = 10;

/** Ends what is marked and neither runs nor has ended, and removes the marks that are spent (R8). */
export class MarkedRuns implements Repair {
  readonly kind = 'cancelled';
  readonly pauseMs = 1_000;

  #turnsToDrop = 0;

  constructor(private readonly parts: Pick<SweepParts, 'cancellation' | 'dispatcher' | 'logger'>) {}

  async runOnce(): Promise<number> {
    const { cancellation, dispatcher, logger } = this.parts;
    let cancelled = 0;
    for (let pages = 0; pages < PAGES_A_TURN; pages += 1) {
      const { count, parentsToWake } = await cancellation.cancelMarked(PAGE);
      await eachGuarded(parentsToWake, logger, (runId) => dispatcher.wake(runId));
      cancelled += count;
      if (count < PAGE) break;
    }
    if (cancelled > 0 || this.#turnsToDrop === 0) {
      const isMore = (await cancellation.dropMarks(PAGE)) === PAGE;
      this.#turnsToDrop = isMore ? 1 : TURNS_A_DROP;
    }
    this.#turnsToDrop -= 1;
    return cancelled;
  }
}
