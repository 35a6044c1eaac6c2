import { DEFAULT_RETRY } from '@millrace/sdk';
import { type IdempotencyClaim, newRunId, type RunStore, type RunTrigger } from '@millrace/runs';
import { checkValue } from './check-value.js';
import type { Dispatcher } from './dispatcher.js';
import { IdempotencyConflictError, InputInvalidError } from './engine.errors.js';
import { queueOf, type TaskRegistry } from './task-registry.js';

export interface StartRequest {
  readonly taskId: string;
  readonly input: unknown;
  readonly trigger: RunTrigger;
  /** Higher runs first within a queue. @default 0 */
  readonly priority?: number;
  /** Not claimed before this time. @default now */
  readonly dueAt?: Date;
  readonly idempotency?: IdempotencyClaim;
}

export interface StartedRun {
  readonly runId: string;
  /** The idempotency key had already started this run. */
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
   * @throws TaskUnknownError, InputInvalidError, IdempotencyConflictError
   */
  async start({ taskId, input, trigger, priority = 0, dueAt, idempotency }: StartRequest): Promise<StartedRun> {
    const task = this.registry.get(taskId);
    const checked = await checkValue(task.definition.input, input);
    if (!checked.ok) throw new InputInvalidError(taskId, checked.issues);

    const outcome = await this.store.create(
      {
        id: newRunId(),
        taskId,
        queue: queueOf(task),
        // The caller's own JSON: each worker parses it by the schema of its own code.
        input: JSON.stringify(input ?? null),
        trigger,
        priority,
        maxAttempts: task.definition.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
        ...(dueAt === undefined ? {} : { dueAt }),
      },
      idempotency,
    );
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
