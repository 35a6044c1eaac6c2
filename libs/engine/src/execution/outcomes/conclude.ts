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
import { checkValue } from '../../catalogue/check-value.js';
import { ResultInvalidError, ResultTooLargeError } from '../../engine.errors.js';
import type { RegisteredTask } from '../../catalogue/task-registry.js';
import { backoffOf } from '../calls/call-request.js';
import type { ExecutionOutcome } from '../execution.js';
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
  | { readonly kind: 'cancel' };

/** An execution whose function has left off. */
export interface LeftExecution {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  /** Whether the run has certainly no awaited children. */
  readonly childless: boolean;
  /** Why it was aborted. */
  readonly aborted: RunAbortedError | undefined;
}

/**
 * Decides what becomes of a run: a result that its schema takes ends it well; a snooze queues it again at no cost; a
 * failure is tried again by the retry policy, unless it is of a kind that another attempt cannot mend. Never rejects.
 */
export async function conclude(execution: LeftExecution, outcome: ExecutionOutcome): Promise<Conclusion> {
  try {
    return await decide(execution, outcome);
  } catch (error) {
    // Thrown by what the task threw, when it was looked at, or by a schema of its own.
    return fail(execution, error);
  }
}

function decide(execution: LeftExecution, outcome: ExecutionOutcome): Conclusion | Promise<Conclusion> {
  const { aborted } = execution;
  if (aborted !== undefined && !standsThough(aborted, outcome)) return concludeAborted(execution, aborted);
  switch (outcome.kind) {
    case 'suspended':
      return { kind: 'suspend' };
    case 'fenced':
    case 'given-up':
      return { kind: 'cancel' };
    case 'failed':
      return fail(execution, outcome.error);
    case 'threw':
      return concludeThrown(execution, outcome.error);
    case 'returned':
      return concludeReturned(execution, outcome.value);
  }
}

/**
 * Whether an outcome counts that came after the signal was aborted. A result does, if its commit comes first; one that came
 * because the worker stops may be half of what another worker makes, unless a service has committed it.
 */
function standsThough(aborted: RunAbortedError, outcome: ExecutionOutcome): boolean {
  if (aborted.code !== 'MR_WORKER_STOPPING') return outcome.kind === 'returned';
  return outcome.kind === 'suspended' || (outcome.kind === 'returned' && outcome.value instanceof Ticket);
}

function concludeAborted(execution: LeftExecution, aborted: RunAbortedError): Conclusion {
  switch (aborted.code) {
    case 'MR_RUN_CANCELLED':
    case 'MR_WORKER_LOST':
      return { kind: 'cancel' };
    case 'MR_ATTEMPT_TIMED_OUT':
      return tryAgain(execution, aborted);
    case 'MR_RUN_TIMED_OUT':
      return fail(execution, aborted);
    case 'MR_WORKER_STOPPING':
      return { kind: 'requeue', requeue: { reason: 'hand-back', delayMs: 0 } };
  }
}

function concludeReturned(execution: LeftExecution, value: unknown): Conclusion | Promise<Conclusion> {
  const { task } = execution;
  if (value instanceof Ticket) return succeed(execution, value.result, true);
  return checkValue(task.definition.result, value).then((checked) => {
    if (!checked.ok) throw new ResultInvalidError(task.id, checked.issues);
    return succeed(execution, checked.value, false);
  });
}

function succeed({ run, task, childless }: LeftExecution, value: unknown, ticketed: boolean): Conclusion {
  const result = jsonOf(
    value ?? null,
    // Of a schema such as `z.unknown()`, which lets through what JSON cannot say.
    (message, cause) => new ResultInvalidError(task.id, [{ pointer: '', message }], cause),
  );
  const bytes = Buffer.byteLength(result);
  if (bytes > RESULT_LIMIT) throw new ResultTooLargeError(task.id, bytes, RESULT_LIMIT);
  const { runId, epoch } = run;
  return { kind: 'end', end: { runId, epoch, status: 'succeeded', result, childless, ticketed } };
}

function concludeThrown(execution: LeftExecution, error: unknown): Conclusion {
  const snoozeMs = snoozeOf(error);
  if (snoozeMs !== undefined) return { kind: 'requeue', requeue: { reason: 'snooze', delayMs: snoozeMs } };
  return isFatal(error, codeOf(error)) ? fail(execution, error) : tryAgain(execution, error);
}

function tryAgain(execution: LeftExecution, error: unknown): Conclusion {
  const { run, task } = execution;
  if (run.attempt >= run.maxAttempts) return fail(execution, error);
  const backoff: Backoff = run.backoff ?? backoffOf(task.definition.retry);
  const delayMs = delayAfter(run.attempt - run.firstAttempt + 1, backoff);
  return { kind: 'requeue', requeue: { reason: 'retry', error: toRunError(error), delayMs } };
}

/** An uncaught failure of a child ends its parent at once: the parent's attempts are not for the child's failures. */
function isFatal(error: unknown, code: string | undefined): boolean {
  if (code === 'MR_TASK_FAILED' || code === 'MR_RESULT_INVALID') return true;
  return isMarkedFatal(error);
}

function fail({ run, childless }: LeftExecution, error: unknown): Conclusion {
  return { kind: 'end', end: failedEnd(run, error, childless) };
}

/** The end of a run that failed with this. */
export function failedEnd({ runId, epoch }: ExecutionRef, error: unknown, childless: boolean): RunEnd {
  return { runId, epoch, status: 'failed', error: toRunError(error), childless };
}
