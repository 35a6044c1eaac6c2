import { Pace } from './pace.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAUSE_MS = 2_000;
const PAGE = 500;
/** Pages of queued runs looked at in one turn at most. */
const PAGES_A_TURN = 10;
/** A run queued and due for this long, in milliseconds, whose job is looked for. */
const OVERDUE_MS = 10_000;

/** Walks over the queued runs that are long due and delivers again those without a job. */
export class OverdueRuns implements Repair {
  readonly kind = 'redelivered';
  /** Where the walk goes on. */
  #cursor: string | undefined;
  readonly #pace = new Pace(PAUSE_MS);

  constructor(private readonly parts: SweepParts) {}

  get pauseMs(): number {
    return this.#pace.pauseMs;
  }

  async runOnce(): Promise<number> {
    const { repairs, queue, dispatcher } = this.parts;
    let redelivered = 0;
    for (let pages = 0; pages < PAGES_A_TURN; pages += 1) {
      const page = await this.#pace.look(
        () => repairs.overdue(OVERDUE_MS, this.#cursor, PAGE),
        ({ length }) => length === 0,
      );
      this.#cursor = page.length < PAGE ? undefined : page.at(-1)?.runId;
      if (page.length === 0) break;
      // A job that finished while its run is still queued under the same delivery blocks its own id: the run takes the next.
      const delivered = page.filter(({ gate }) => gate === undefined);
      const renewed = await repairs.redeliver(await queue.missing(delivered));
      await dispatcher.deliver(renewed);
      redelivered += renewed.length;
      if (this.#cursor === undefined) break;
    }
    return redelivered;
  }
}
