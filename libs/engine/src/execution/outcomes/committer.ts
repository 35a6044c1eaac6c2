import {
  type ClaimedRun,
  type Delivery,
  type ExecutionRef,
  FENCED,
  type Fenced,
  type FinishedRun,
  type Requeue,
  type RunCancellation,
  type RunEnd,
  type RunStore,
} from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import type { Dispatcher } from '../../queue/dispatcher.js';
import { type Conclusion, failedEnd } from './conclude.js';
import type { Execution } from '../execution.js';
import { abortedBy } from '../watchdog.js';

export interface CommitterParts {
  readonly store: RunStore;
  readonly dispatcher: Dispatcher;
  readonly cancellation: RunCancellation;
  readonly logger: Logger;
}

/** Commits what becomes of executions, and then tells whom it concerns: a parent is woken, the queue is given the next delivery. */
export class Committer {
  #refused = 0;

  constructor(private readonly parts: CommitterParts) {}

  /** Outcomes that were refused because the execution had lost its run (R1), since this process started. */
  get refused(): number {
    return this.#refused;
  }

  /** An end that the store does not take becomes a failed one. @throws what the store throws, also at that one */
  async commit(execution: Execution, conclusion: Conclusion): Promise<void> {
    try {
      await this.#write(execution, conclusion);
    } catch (error) {
      // Only an end keeps what the task gave. A move that is refused says nothing against the run.
      if (conclusion.kind !== 'end') throw error;
      // What the store refuses to keep is the run's failure: left alone, it would be running for ever.
      await this.#finish(failedEnd(execution.run, error, execution.childless));
    }
  }

  async requeue(run: ExecutionRef, requeue: Requeue): Promise<void> {
    await this.#deliverUnlessFenced(run, await this.parts.store.requeue(run, requeue));
  }

  #write(execution: Execution, conclusion: Conclusion): Promise<void> {
    const { run } = execution;
    switch (conclusion.kind) {
      case 'end':
        return this.#finish(conclusion.end);
      case 'requeue':
        return this.requeue(run, withTime(conclusion.requeue, execution.executedMs));
      case 'suspend':
        return this.#suspend(run, execution.executedMs);
      case 'cancel':
        return this.#wakeParent(run, this.#cancel(execution));
    }
  }

  #finish(end: RunEnd): Promise<void> {
    return this.#wakeParent(end, this.parts.store.finish(end));
  }

  async #cancel(execution: Execution): Promise<FinishedRun | Fenced> {
    const finished = await this.parts.cancellation.cancelExecution(execution.run);
    // A refused call ended the execution before anybody looked: what else its function does is told only now.
    execution.abort(abortedBy(finished === FENCED ? 'MR_WORKER_LOST' : 'MR_RUN_CANCELLED', execution.run));
    return finished;
  }

  async #wakeParent(run: ExecutionRef, finishing: Promise<FinishedRun | Fenced>): Promise<void> {
    const finished = await finishing;
    if (finished === FENCED) return this.#noteFenced(run);
    if (finished.parentToWake !== undefined) await this.parts.dispatcher.wake(finished.parentToWake);
  }

  async #suspend(run: ClaimedRun, executedMs: number): Promise<void> {
    const suspended = await this.parts.store.suspend(run, run.wakes, executedMs);
    if (suspended !== 'waiting') await this.#deliverUnlessFenced(run, suspended);
  }

  async #deliverUnlessFenced(run: ExecutionRef, delivery: Delivery | Fenced): Promise<void> {
    if (delivery === FENCED) this.#noteFenced(run);
    else await this.parts.dispatcher.deliver([delivery]);
  }

  #noteFenced({ runId, epoch }: ExecutionRef): void {
    this.#refused += 1;
    this.parts.logger.warn({ run: runId, epoch }, 'a late write was refused: this execution had lost its run');
  }
}

/** After a snooze or a hand-back the same attempt goes on. */
function withTime(requeue: Requeue, executedMs: number): Requeue {
  return requeue.reason === 'snooze' || requeue.reason === 'hand-back' ? { ...requeue, executedMs } : requeue;
}
