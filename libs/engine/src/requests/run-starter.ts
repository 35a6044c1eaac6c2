import type { IdempotencyClaim, RunStore } from '@millrace/runs';
import type { Dispatcher } from '../queue/dispatcher.js';
import { IdempotencyConflictError } from '../engine.errors.js';
import { type RunRequest, toNewRun } from './new-run.js';
import type { TaskRegistry } from '../catalogue/task-registry.js';

export interface StartRequest extends RunRequest {
  readonly idempotency?: IdempotencyClaim;
}

export interface StartedRun {
  readonly runId: string;
  /** The run was there before: its idempotency or deduplication key had it. */
  readonly existing: boolean;
}

/** Starts root runs. */
export class RunStarter {
  constructor(
    private readonly registry: TaskRegistry,
    private readonly store: RunStore,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Checks the input and resolves once the run is committed; the queue is asked afterwards, off the answer's path.
   * @throws TaskUnknownError, InputInvalidError, ConcurrencyKeyError, IdempotencyConflictError
   */
  async start({ idempotency, ...request }: StartRequest): Promise<StartedRun> {
    const outcome = await this.store.create(await toNewRun(this.registry, request), idempotency);
    switch (outcome.status) {
      case 'created':
        void this.dispatcher.deliver([outcome.delivery]);
        return { runId: outcome.delivery.runId, existing: false };
      case 'existing':
        return { runId: outcome.runId, existing: true };
      case 'key-conflict':
        throw new IdempotencyConflictError(idempotency?.key ?? '', outcome.runId);
    }
  }
}
