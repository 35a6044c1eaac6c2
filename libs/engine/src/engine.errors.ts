import { FatalError } from '@millrace/sdk';

/** A value's fault: where, as a JSON pointer (RFC 6901), and what. */
export interface ValueIssue {
  readonly pointer: string;
  readonly message: string;
}

/** No task of this id is known here. */
export class TaskUnknownError extends Error {
  readonly code = 'MR_TASK_UNKNOWN';
  override readonly name = 'TaskUnknownError';
  constructor(
    readonly taskId: string,
    /** The known id most like it. */
    readonly nearest: string | undefined,
  ) {
    super(
      `There is no task "${taskId}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`} GET /tasks lists them.`,
    );
  }
}

/** An input does not match its task's schema. */
export class InputInvalidError extends Error {
  readonly code = 'MR_INPUT_INVALID';
  override readonly name = 'InputInvalidError';
  constructor(
    readonly taskId: string,
    readonly issues: readonly ValueIssue[],
  ) {
    super(`The input does not match the schema of "${taskId}": ${describe(issues)}`);
  }
}

/** A task returned what its own result schema refuses. */
export class ResultInvalidError extends Error {
  readonly code = 'MR_RESULT_INVALID';
  override readonly name = 'ResultInvalidError';
  /** JSON pointer of the first value at fault. */
  readonly pointer: string;
  constructor(
    readonly taskId: string,
    readonly issues: readonly ValueIssue[],
    cause?: unknown,
  ) {
    super(`The result of "${taskId}" does not match its schema: ${describe(issues)}`, { cause });
    this.pointer = issues[0]?.pointer ?? '';
  }
}

/** A result is larger than what is kept in its run's row. */
export class ResultTooLargeError extends Error {
  readonly code = 'MR_RESULT_TOO_LARGE';
  override readonly name = 'ResultTooLargeError';
  constructor(taskId: string, bytes: number, limit: number) {
    super(
      `The result of "${taskId}" is ${bytes} bytes of JSON; at most ${limit} are kept. Store the data elsewhere and return where it is.`,
    );
  }
}

/** What a step gave is more than the run's record keeps: each replay reads it again. */
export class StepValueTooLargeError extends FatalError {
  override readonly code = 'MR_RESULT_TOO_LARGE';
  override readonly name = 'StepValueTooLargeError';
  constructor(step: string, bytes: number, limit: number) {
    super(
      `The value of step "${step}" is ${bytes} bytes of JSON; at most ${limit} are kept. Store the data elsewhere and return where it is.`,
    );
  }
}

/** The values that a run records are in all more than each of its replays reads. */
export class StepValuesTooLargeError extends FatalError {
  override readonly code = 'MR_STEP_VALUES_TOO_LARGE';
  override readonly name = 'StepValuesTooLargeError';
  constructor(step: string, bytes: number, limit: number) {
    super(
      `With step "${step}" the run would have recorded ${bytes} bytes of JSON; at most ${limit} are kept. Store the data elsewhere and return where it is, or give parts of the work to tasks of their own.`,
    );
  }
}

/** The results of one fan-out are more than an execution reads at once. */
export class ResultsTooLargeError extends FatalError {
  override readonly code = 'MR_RESULTS_TOO_LARGE';
  override readonly name = 'ResultsTooLargeError';
  constructor(taskId: string, children: number, bytes: number, limit: number) {
    super(
      `The results of ${children} runs of "${taskId}" are ${bytes} bytes of JSON; at most ${limit} are read at once. Visit them with ctx.mapEach.`,
    );
  }
}

/** A task's function gives no concurrency key for an input; no run is created. */
export class ConcurrencyKeyError extends FatalError {
  override readonly code = 'MR_CONCURRENCY_KEY_INVALID';
  override readonly name = 'ConcurrencyKeyError';
  constructor(taskId: string, reason: string, cause?: unknown) {
    const words = cause instanceof Error ? `${reason}: ${cause.message}` : reason;
    super(
      `"${taskId}" has no concurrency key for this input: ${words}. It must be pure and give 1 to 200 characters.`,
      {
        cause,
      },
    );
  }
}

/** The same idempotency key came with another body. */
export class IdempotencyConflictError extends Error {
  readonly code = 'MR_IDEMPOTENCY_CONFLICT';
  override readonly name = 'IdempotencyConflictError';
  constructor(
    readonly key: string,
    /** The run that has the key; undefined when the key was sent with another kind of request. */
    readonly runId?: string,
  ) {
    const first = runId === undefined ? 'was sent with' : `already started run ${runId} with`;
    super(`Idempotency key "${key}" ${first} another body. Use a new key for a new request.`);
  }
}

/** Some runs of a batch cannot be started; none of it was. */
export class BatchRefusedError extends Error {
  readonly code = 'MR_BATCH_REFUSED';
  override readonly name = 'BatchRefusedError';
  constructor(
    /** The first faults; a pointer leads into the list of runs. */
    readonly issues: readonly ValueIssue[],
    refused: number,
    runs: number,
  ) {
    super(
      `${refused} of ${runs} runs cannot be started, so none was: see errors. Send the batch again once it is mended.`,
    );
  }
}

/** A run that has ended cannot be cancelled. */
export class RunEndedError extends Error {
  readonly code = 'MR_RUN_ENDED';
  override readonly name = 'RunEndedError';
  constructor(
    readonly runId: string,
    state: 'succeeded' | 'failed',
  ) {
    super(`Run ${runId} has ${state}: there is nothing left to cancel.`);
  }
}

/** The run is in no state in which a person may retry it, or a run around it is not. */
export class RunNotRetryableError extends Error {
  readonly code = 'MR_RUN_NOT_RETRYABLE';
  override readonly name = 'RunNotRetryableError';
  constructor(
    readonly runId: string,
    why: string,
  ) {
    super(why);
  }
}

/** The run was cancelled, and runs below it still run. */
export class RetryTooEarlyError extends Error {
  readonly code = 'MR_RETRY_TOO_EARLY';
  override readonly name = 'RetryTooEarlyError';
  constructor(readonly runId: string) {
    super(`Run ${runId} was cancelled, and runs below it have not ended yet. Retry it once they have.`);
  }
}

/** A replay asked something else than the run has recorded: the task's code or its data changed between executions. */
export class ReplayMismatchError extends Error {
  readonly code = 'MR_REPLAY_MISMATCH';
  override readonly name = 'ReplayMismatchError';
  constructor(runId: string, seq: number, recorded: string, asked: string) {
    super(
      `Run ${runId}, call ${seq}: recorded was ${recorded}, asked is ${asked}. ` +
        'Between executions a task must ask the same calls with the same inputs; put what varies (time, random numbers, reads) into ctx.step.',
    );
  }
}

/** A run asked for more calls than its replays can read. */
export class TooManyCallsError extends Error {
  readonly code = 'MR_TOO_MANY_CALLS';
  override readonly name = 'TooManyCallsError';
  constructor(runId: string, limit: number) {
    super(
      `Run ${runId} asked for more than ${limit} calls. Fan out with ctx.map, which is one call, or invoke a task for each part of the work.`,
    );
  }
}

/** Code of an execution that is over, or was told that its worker stops, called its context. */
export class ExecutionOverError extends Error {
  readonly code = 'MR_EXECUTION_OVER';
  override readonly name = 'ExecutionOverError';
  constructor(runId: string) {
    super(
      `This execution of run ${runId} takes no further call: it is over, or its worker stops. Beside an open ctx call, await nothing but ctx: the run suspends and is replayed.`,
    );
  }
}

/** User tasks cannot be loaded, or two share an id. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  constructor(
    readonly code: 'MR_TASKS_MISSING' | 'MR_TASKS_UNLOADABLE' | 'MR_TASK_TWICE' | 'MR_SERVICE_UNBOUND',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

function describe(issues: readonly ValueIssue[]): string {
  return issues.map(({ pointer, message }) => `${pointer === '' ? 'the value' : pointer}: ${message}`).join('; ');
}
