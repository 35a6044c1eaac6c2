import { FENCED, type FinishedRun, type LostRun } from '@millrace/runs';
import { eachGuarded } from './each-guarded.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAGE = 500;
/** A worker is retired a minute after its lease anyway: of so many turns one looks for such. */
const TURNS_A_RETIREMENT = 10;
/** Milliseconds within which runs are due again that were lost in a further attempt, each at a time of its own. */
const APART_MS = 10_000;

/** Ends the attempts of workers that stopped renewing their lease (R9). */
export class LostAttempts implements Repair {
  readonly kind = 'lost';
  readonly pauseMs = 1_000;

  #turnsToRetirement = 0;

  constructor(private readonly parts: SweepParts) {}

  async runOnce(): Promise<number> {
    const { repairs, leaseMs, inTouchMs, logger } = this.parts;
    if (inTouchMs() < leaseMs) return 0;
    const lost = await repairs.lostRuns(leaseMs, PAGE);
    const ended = await eachGuarded(lost, logger, (run) => this.#endAttempt(run));
    if (this.#turnsToRetirement === 0) {
      await repairs.retireWorkers();
      this.#turnsToRetirement = TURNS_A_RETIREMENT;
    }
    this.#turnsToRetirement -= 1;
    return ended;
  }

  /**
   * A lost attempt is used up: a run that kills its worker must end some day. A marked run has no further one. After the first one all
   * are due at once; then apart, or those that stand beside a run that kills its worker would lose all of theirs with it.
   */
  async #endAttempt(run: LostRun): Promise<void> {
    const { store, cancellation, dispatcher } = this.parts;
    const cancelled = await cancellation.cancelExecution(run);
    if (cancelled !== FENCED) return this.#wakeParent(cancelled);
    const error = {
      code: 'MR_WORKER_LOST',
      message: `Worker ${run.workerId} stopped renewing its lease during attempt ${run.attempt}.`,
    };
    if (run.attempt < run.maxAttempts) {
      const delayMs = run.attempt === 1 ? 0 : Math.floor(Math.random() * APART_MS);
      const delivery = await store.requeue(run, { reason: 'lost', error, delayMs });
      if (delivery !== FENCED) await dispatcher.deliver([delivery]);
    } else {
      const finished = await store.finish({ runId: run.runId, epoch: run.epoch, status: 'failed', error });
      if (finished !== FENCED) await this.#wakeParent(finished);
    }
  }

  async #wakeParent({ parentToWake }: FinishedRun): Promise<void> {
    if (parentToWake !== undefined) await this.parts.dispatcher.wake(parentToWake);
  }
}
