import type { Duration } from './duration.js';
import { toMilliseconds } from './duration.js';

/** A child run failed for good; thrown in its parent by the call that waited for it. */
export class TaskFailedError extends Error {
  readonly code = 'MR_TASK_FAILED';
  override readonly name = 'TaskFailedError';
  constructor(
    readonly taskId: string,
    readonly runId: string,
    /** What the child's last attempt failed with. */
    reason: { readonly message: string; readonly code?: string | undefined },
  ) {
    super(`${taskId} (run ${runId}) failed: ${reason.message}`, { cause: reason });
  }
}

/**
 * Why a run was told to stop: it, or all below a run above it, is cancelled; its time is over; its worker goes, or had lost it to
 * another one.
 */
export type AbortCode =
  'MR_RUN_CANCELLED' | 'MR_ATTEMPT_TIMED_OUT' | 'MR_RUN_TIMED_OUT' | 'MR_WORKER_STOPPING' | 'MR_WORKER_LOST';

/** The reason of an aborted `ctx.signal`. */
export class RunAbortedError extends Error {
  override readonly name = 'RunAbortedError';
  constructor(
    readonly code: AbortCode,
    message: string,
  ) {
    super(message);
  }
}

/** Throw it to fail the run at once, whatever attempts are left. */
export class FatalError extends Error {
  /** Says the same across copies of the SDK and in subclasses. */
  readonly fatal = true;
  readonly code: string = 'MR_FATAL';
  override readonly name: string = 'FatalError';
}

/** A `ctx` call was made by the effect of a step. */
export class CallInStepError extends FatalError {
  override readonly code = 'MR_CALL_IN_STEP';
  override readonly name = 'CallInStepError';
  constructor(kind: string) {
    super(
      `The effect of a ctx.step asked for a call of its own (${kind}). A replay has the value of a step and does not run its effect, so nothing would ask for that call again. Make the call before or after the step.`,
    );
  }
}

/** A task's `runBatch` does not say what became of each item. */
export class BatchOutcomesError extends FatalError {
  override readonly code = 'MR_BATCH_OUTCOMES';
  override readonly name = 'BatchOutcomesError';
  constructor(taskId: string, given: string) {
    super(`The batch of "${taskId}" gave ${given}. Give one outcome for each item, in the order of the items.`);
  }
}

/** How a step failed, as it is recorded. */
export interface StepFailure {
  /** The `code` of what the effect threw, else its name. */
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  /** Whether another attempt cannot mend it. */
  readonly fatal?: boolean;
}

/**
 * A step's effect failed; thrown by `ctx.step`, the first time as in each replay of the attempt, so that code which
 * catches it takes the same way each time. Has the code, message and stack of what the effect threw: match it by `code`.
 */
export class StepFailedError extends Error {
  override readonly name = 'StepFailedError';
  readonly code: string;
  readonly fatal: boolean;
  constructor({ code, message, stack, fatal = false }: StepFailure) {
    super(message);
    this.code = code;
    this.fatal = fatal;
    if (stack !== undefined) this.stack = stack;
  }
}

/** Throw it to be run again after this long, without using up an attempt. */
export class SnoozeError extends Error {
  readonly code = 'MR_SNOOZE';
  override readonly name = 'SnoozeError';
  /** Milliseconds until the run is due again. */
  readonly afterMs: number;
  constructor(after: Duration) {
    super(`snoozed for ${String(after)}`);
    this.afterMs = toMilliseconds(after);
  }
}
