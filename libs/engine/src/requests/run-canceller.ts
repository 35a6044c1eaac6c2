import { type IdempotencyClaim, type RunCancellation, RunState } from '@millrace/runs';
import type { Dispatcher } from '../queue/dispatcher.js';
import { RunEndedError } from '../engine.errors.js';

/** Runs moved before the answer; what there is beyond them the sweep moves. */
const AT_ONCE = 500;

/** Cancels runs for people. */
export class RunCanceller {
  constructor(
    private readonly cancellation: RunCancellation,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Cancels a run with all that it awaits, their children, and so on (R8). Once this has resolved none of them is claimed
   * any more; those that run are told within a second, on their workers. Cancelling a cancelled run changes nothing,
   * nor does a repetition under the same idempotency key.
   * @returns whether there is such a run
   * @throws RunEndedError when it has succeeded or failed
   */
  async cancel(runId: string, idempotency?: IdempotencyClaim): Promise<boolean> {
    const state = await this.cancellation.cancel(runId, idempotency);
    if (state === undefined) return false;
    if (state === RunState.succeeded || state === RunState.failed) throw new RunEndedError(runId, state);
    const { parentsToWake } = await this.cancellation.cancelMarked(AT_ONCE, runId);
    for (const parent of parentsToWake) await this.dispatcher.wake(parent);
    return true;
  }
}
