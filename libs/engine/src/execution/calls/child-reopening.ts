import { type ClaimedRun, FENCED, type Fenced, TOO_EARLY, type TooEarly } from '@millrace/runs';
import type { Dispatcher } from '../../queue/dispatcher.js';
import type { CallStore } from '../outcomes/patient-store.js';

/** Children queued again in one transaction (R7). */
const CHUNK = 500;

/** Queues the failed children of a call again that its run's new attempt asks for (R6). */
export class ChildReopening {
  constructor(
    private readonly run: ClaimedRun,
    private readonly store: CallStore,
    private readonly dispatcher: Dispatcher,
    /** Whether the execution is over: no further chunk is begun. */
    private readonly isOver: () => boolean,
  ) {}

  /** In chunks that run at once; what an execution leaves, the next one goes on with. */
  async reopen(seq: number): Promise<undefined | TooEarly | Fenced> {
    const { runId, delivery, taskId, queue } = this.run;
    let from: number | undefined = 0;
    while (from !== undefined && !this.isOver()) {
      const reopened = await this.store.reopenChildren(this.run, seq, from, CHUNK);
      if (reopened === FENCED || reopened === TOO_EARLY) return reopened;
      await this.dispatcher.deliverChildren({ runId, delivery, seq, taskId, queue }, reopened.deliveries);
      from = reopened.next;
    }
    return undefined;
  }
}
