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

/** Why a run was told to stop: it, or all below a run above it, is cancelled; its time is over; its worker goes. */
export type AbortCode = 'MR_RUN_CANCELLED' | 'MR_ATTEMPT_TIMED_OUT' | 'MR_RUN_TIMED_OUT' | 'MR_WORKER_STOPPING';

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
