import type { JobPayload } from '@millrace/contracts';
import { type Delivery, FENCED, type Requeue, type RunEnd, type RunStore } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import type { DeliveryHandler } from './delivery-handler.port.js';
import type { Dispatcher } from './dispatcher.js';
import { conclude, failedEnd } from './execution/conclude.js';
import { Execution } from './execution/execution.js';
import type { ServiceBindings } from './service-bindings.js';
import type { TaskRegistry } from './task-registry.js';

/** Wait before a run is offered again that this worker has no task for. */
const UNKNOWN_TASK_DELAY_MS = 10_000;

export interface ExecutorParts {
  readonly workerId: string;
  readonly registry: TaskRegistry;
  readonly services: ServiceBindings;
  readonly store: RunStore;
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
}

/** Takes deliveries: claims the run, executes its task, and commits what came of it. */
export class Executor implements DeliveryHandler {
  readonly #parts: ExecutorParts;
  readonly #active = new Map<Execution, Promise<void>>();

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  async handle(payload: JobPayload): Promise<void> {
    if (payload.kind === 'wake') return this.#parts.dispatcher.wake(payload.run);
    await Promise.all(payload.runs.map(([runId, delivery]) => this.#execute(runId, delivery)));
  }

  /** Waits for what runs, at most this long; then aborts it and hands it back, at no attempt's cost. */
  async drain(graceMs: number): Promise<void> {
    const timeout = new AbortController();
    const grace = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      timeout.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    await Promise.race([Promise.all(this.#active.values()), grace]);
    timeout.abort();
    await Promise.all([...this.#active.keys()].map((execution) => this.#handBack(execution)));
  }

  async #execute(runId: string, delivery: number): Promise<void> {
    const { registry, services, store, dispatcher, workerId, logger } = this.#parts;
    const run = await store.claim(runId, delivery, workerId);
    if (run === undefined) return;
    const task = registry.find(run.taskId);
    if (task === undefined) {
      logger.warn({ run: runId, task: run.taskId }, 'this worker has no such task; the run is handed back');
      return this.#requeue(run, { reason: 'hand-back', delayMs: UNKNOWN_TASK_DELAY_MS });
    }
    const execution = new Execution({ run, task, services: services.forTask(task), store, dispatcher, logger });
    const settled = this.#settle(execution).finally(() => this.#active.delete(execution));
    this.#active.set(execution, settled);
    await settled;
  }

  async #settle(execution: Execution): Promise<void> {
    const { run, task } = execution;
    const conclusion = await conclude(run, task, await execution.toOutcome());
    switch (conclusion.kind) {
      case 'end':
        return this.#finish(conclusion.end);
      case 'requeue':
        return this.#requeue(run, conclusion.requeue);
      case 'suspend':
        return this.#suspend(execution);
      case 'nothing':
        return this.#noteFenced(run.runId, run.epoch);
    }
  }

  async #finish(end: RunEnd): Promise<void> {
    // What the store refuses to keep is the run's failure: left alone, it would be running for ever.
    const finished = await this.#parts.store
      .finish(end)
      .catch((error: unknown) => this.#parts.store.finish(failedEnd(end, error)));
    if (finished === FENCED) return this.#noteFenced(end.runId, end.epoch);
    if (finished.parentToWake !== undefined) await this.#parts.dispatcher.wake(finished.parentToWake);
  }

  async #suspend({ run }: Execution): Promise<void> {
    const suspended = await this.#parts.store.suspend(run, run.wakes);
    if (suspended !== 'waiting') await this.#deliverUnlessFenced(run, suspended);
  }

  async #requeue(run: { runId: string; epoch: number }, requeue: Requeue): Promise<void> {
    await this.#deliverUnlessFenced(run, await this.#parts.store.requeue(run, requeue));
  }

  async #handBack(execution: Execution): Promise<void> {
    execution.abort(new Error('the worker is shutting down'));
    await this.#requeue(execution.run, { reason: 'hand-back', delayMs: 0 });
  }

  async #deliverUnlessFenced(run: { runId: string; epoch: number }, delivery: Delivery | typeof FENCED): Promise<void> {
    if (delivery === FENCED) this.#noteFenced(run.runId, run.epoch);
    else await this.#parts.dispatcher.deliver([delivery]);
  }

  #noteFenced(runId: string, epoch: number): void {
    this.#parts.logger.warn({ run: runId, epoch }, 'a late write was refused: this execution had lost its run');
  }
}
