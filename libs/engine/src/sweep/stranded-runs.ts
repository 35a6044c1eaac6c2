import { type ExecutionRef, FENCED } from '@millrace/runs';
import { eachGuarded } from './each-guarded.js';
import { Pace } from './pace.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

/** Milliseconds between two looks, both of which it takes. */
const PAUSE_MS = 5_000;
/** Unfinished runs looked at in one turn. */
const PAGE = 5_000;

/**
 * Walks over the runs that are `running` on this worker, and hands back what it does not have in hand, at no attempt's cost: the store has
 * refused it the look for a claim whose COMMIT had an unknown outcome, say, or to undo one. Its lease is good, so nobody
 * else ever takes such a run.
 *
 * A run is handed back at the turn after the one that found it, and then only if the worker still does not have it in hand and the row
 * says the same: between what was read and what is in hand a run may just have ended.
 */
export class StrandedRuns implements Repair {
  readonly kind = 'stranded';
  #suspects: readonly ExecutionRef[] = [];
  /** Where the walk goes on. */
  #cursor: string | undefined;
  readonly #pace = new Pace(PAUSE_MS);

  constructor(
    private readonly parts: Pick<SweepParts, 'workerId' | 'inHand' | 'workerRuns' | 'store' | 'dispatcher' | 'logger'>,
  ) {}

  get pauseMs(): number {
    return this.#pace.pauseMs;
  }

  async runOnce(): Promise<number> {
    let handedBack = 0;
    await eachGuarded(this.#suspects, this.parts.logger, async (run) => {
      if (await this.#handBack(run)) handedBack += 1;
    });
    this.#suspects = await this.#pace.look(
      () => this.#look(),
      ({ length }) => length === 0,
    );
    return handedBack;
  }

  async #look(): Promise<readonly ExecutionRef[]> {
    const { workerId, inHand, workerRuns } = this.parts;
    const { running, next } = await workerRuns.runningOn(workerId, this.#cursor, PAGE);
    this.#cursor = next;
    return running.filter(({ runId }) => !inHand.has(runId));
  }

  /** False: it was in hand, or is another execution's by now, or nobody's. */
  async #handBack(run: ExecutionRef): Promise<boolean> {
    const { inHand, store, dispatcher, logger } = this.parts;
    const delivery = await inHand.whileFree(run.runId, () => store.requeue(run, { reason: 'hand-back', delayMs: 0 }));
    if (delivery === undefined || delivery === FENCED) return false;
    const found = { run: run.runId, epoch: run.epoch };
    logger.warn(found, 'a run was running on this worker, which did not execute it; it is handed back');
    await dispatcher.deliver([delivery]);
    return true;
  }
}
