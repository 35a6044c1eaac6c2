import {
  type Backoff,
  type ClaimedRun,
  delayAfter,
  type ExecutionRef,
  type Requeue,
  type RunEnd,
  toRunError,
} from '@millrace/runs';
import type { RunAbortedError } from '@millrace/sdk';
import { jsonOf } from '@millrace/sdk/replay';
import { checkValue } from '../check-value.js';
import { ResultInvalidError, ResultTooLargeError } from '../engine.errors.js';
import type { RegisteredTask } from '../task-registry.js';
import { backoffOf } from './call-request.js';
import type { ExecutionOutcome } from './execution.js';
import { codeOf, isMarkedFatal, snoozeOf } from './thrown.js';
import { Ticket } from './ticket.js';

/** Bytes of JSON that a result may have. */
export const RESULT_LIMIT = 1024 * 1024;

/** What an outcome means for its run. */
export type Conclusion =
  | { readonly kind: 'end'; readonly end: RunEnd }
  | { readonly kind: 'requeue'; readonly requeue: Requeue }
  | { readonly kind: 'suspend' }
  /** The run is marked, or is another execution's by now. */
  | { readonly kind: 'cancel' }
  /** It was handed back before. */
  | { readonly kind: 'nothing' };

/**
 * Decides what becomes of a run: a result that its schema takes ends it well; a snooze queues it again at no cost; a
 * failure is tried again by the retry policy, unless it is of a kind that another attempt cannot mend. Never rejects.
 */
export async function conclude(
  run: ClaimedRun,
  task: RegisteredTask,
  outcome: ExecutionOutcome,
  aborted: RunAbortedError | undefined,
): Promise<Conclusion> {
  try {
    return await decide(run, task, outcome, aborted);
  } catch (error) {
    // Thrown by what the task threw, when it was looked at.
    return fail(run, error);
  }
}

async function decide(
  run: ClaimedRun,
  task: RegisteredTask,
  outcome: ExecutionOutcome,
  aborted: RunAbortedError | undefined,
): Promise<Conclusion> {
  // A result that comes although the signal was aborted stands, if its commit comes first.
  if (aborted !== undefined && outcome.kind !== 'returned') return concludeAborted(run, task, aborted);
  switch (outcome.kind) {
    case 'suspended':
      return { kind: 'suspend' };
    case 'fenced':
    case 'given-up':
      return { kind: 'cancel' };
    case 'failed':
      return fail(run, outcome.error);
    case 'threw':
      return concludeThrown(run, task, outcome.error);
    case 'returned':
      return concludeReturned(run, task, outcome.value);
  }
}

function concludeAborted(run: ClaimedRun, task: RegisteredTask, aborted: RunAbortedError): Conclusion {
  switch (aborted.code) {
    case 'MR_RUN_CANCELLED':
      return { kind: 'cancel' };
    case 'MR_ATTEMPT_TIMED_OUT':
      return tryAgain(run, task, aborted);
    case 'MR_RUN_TIMED_OUT':
      return fail(run, aborted);
    case 'MR_WORKER_STOPPING':
      return { kind: 'nothing' };
  }
}

async function concludeReturned(run: ClaimedRun, task: RegisteredTask, value: unknown): Promise<Conclusion> {
  try {
    const result = jsonOf(
      (await checkResult(task, value)) ?? null,
      // Of a schema such as `z.unknown()`, which lets through what JSON cannot say.
      (message, cause) => new ResultInvalidError(task.id, [{ pointer: '', message }], cause),
    );
    const bytes = Buffer.byteLength(result);
    if (bytes > RESULT_LIMIT) throw new ResultTooLargeError(task.id, bytes, RESULT_LIMIT);
    const ticketed = value instanceof Ticket;
    return { kind: 'end', end: { runId: run.runId, epoch: run.epoch, status: 'succeeded', result, ticketed } };
  } catch (error) {
    // Also a schema of the task's own that throws.
    return fail(run, error);
  }
}

async function checkResult(task: RegisteredTask, value: unknown): Promise<unknown> {
  if (value instanceof Ticket) return value.result;
  const checked = await checkValue(task.definition.result, value);
  if (!checked.ok) throw new ResultInvalidError(task.id, checked.issues);
  return checked.value;
}

function concludeThrown(run: ClaimedRun, task: RegisteredTask, error: unknown): Conclusion {
  const snoozeMs = snoozeOf(error);
  if (snoozeMs !== undefined) return { kind: 'requeue', requeue: { reason: 'snooze', delayMs: snoozeMs } };
  return isFatal(error, codeOf(error)) ? fail(run, error) : tryAgain(run, task, error);
}

function tryAgain(run: ClaimedRun, task: RegisteredTask, error: unknown): Conclusion {
  if (run.attempt >= run.maxAttempts) return fail(run, error);
  const backoff: Backoff = run.backoff ?? backoffOf(task.definition.retry);
  const delayMs = delayAfter(run.attempt - run.firstAttempt + 1, backoff);
  return { kind: 'requeue', requeue: { reason: 'retry', error: toRunError(error), delayMs } };
}

/** An uncaught failure of a child ends its parent at once: the parent's attempts are not for the child's failures. */
function isFatal(error: unknown, code: string | undefined): boolean {
  if (code === 'MR_TASK_FAILED' || code === 'MR_RESULT_INVALID') return true;
  return isMarkedFatal(error);
}

function fail(execution: ExecutionRef, error: unknown): Conclusion {
  return { kind: 'end', end: failedEnd(execution, error) };
}

/** The end of a run that failed with this. */
export function failedEnd({ runId, epoch }: ExecutionRef, error: unknown): RunEnd {
  return { runId, epoch, status: 'failed', error: toRunError(error) };
}
