import { SnoozeError } from '../errors.js';
import { DEFAULT_RETRY } from '../retry-policy.js';
import type { Task } from '../task.js';
import { CallRecord, type RecordedCall } from './call-record.js';
import { checkInput, checkResult, checkResultNow, keptResult } from './checked-value.js';
import { Pass, type PassEnd } from './pass.js';
import { type ProvidedService, servicesOf } from './provided-services.js';
import { runChildren, type TestChildren } from './test-children.js';
import { callMethods, createTestContext } from './test-context.js';
import { TestSetUpError } from './test-kit.errors.js';
import { TestCompletion, toError, toRunId } from './test-run.js';
import { type Trace, traceOf } from './trace.js';

// Taken now: a test may have fake timers while the task runs.
const { setTimeout } = globalThis;
/** Milliseconds between two executions, so that a clock read outside of a step shows. */
const BETWEEN_EXECUTIONS_MS = 2;

export interface RunTaskOptions {
  /** What stands in for each child, by task id. @default {} */
  readonly children?: TestChildren;
  /** Made by `provide(Token, service)`. @default [] */
  readonly services?: readonly ProvidedService[];
  /** `ctx.signal`. @default one that is never aborted */
  readonly signal?: AbortSignal;
  /** Number of the first attempt. @default 1 */
  readonly attempt?: number;
  /** Attempts to run at most, or `'policy'` for as many as the task's retry policy has. There is no wait between them. @default 1 */
  readonly attempts?: number | 'policy';
  /**
   * Run the function as the engine does: again from the top after each wait for children, with its recorded calls; a
   * function that then asks something else fails. `false` answers each call on the spot. @default true
   */
  readonly replay?: boolean;
}

/** How a task ended in a test, and what it did. */
export type TaskOutcome<O> = Trace &
  (
    | { readonly status: 'succeeded'; readonly result: O }
    | { readonly status: 'failed'; readonly error: Error }
    | { readonly status: 'snoozed'; readonly afterMs: number }
  );

/**
 * Runs a task in this process, with no Redis and no PostgreSQL: input, results and step values are checked by their
 * schemas and travel as JSON, children are the functions or tasks that the test gives.
 * @throws TestSetUpError (rejects) when the test gives no child or service that the task asks for
 */
export async function runTask<I, O>(
  task: Task<I, O>,
  input: NoInfer<I>,
  options: RunTaskOptions = {},
): Promise<TaskOutcome<O>> {
  const { attempt: first = 1, attempts = 1 } = options;
  const last =
    first - 1 + (attempts === 'policy' ? (task.definition.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts) : attempts);
  const rehearsal = new Rehearsal(task, input, options);
  for (let attempt = first; ; attempt += 1) {
    const end = await rehearsal.attempt(attempt);
    const trace = rehearsal.trace(attempt - first + 1);
    if (end.kind === 'returned') return { ...trace, status: 'succeeded', result: end.value as O };
    const { error } = end as { error: unknown };
    if (error instanceof SnoozeError) return { ...trace, status: 'snoozed', afterMs: error.afterMs };
    if (isFatal(error) || attempt >= last) return { ...trace, status: 'failed', error: toError(error) };
  }
}

/** The run of one task in a test: its record, over executions and attempts. */
class Rehearsal {
  readonly #record: CallRecord;
  readonly #logs: Trace['logs'][number][] = [];
  readonly #progress: Trace['progress'][number][] = [];
  #executions = 0;
  #runs = 1;

  constructor(
    private readonly task: Task<never, unknown>,
    private readonly input: unknown,
    private readonly options: RunTaskOptions,
  ) {
    this.#record = new CallRecord(task.id);
  }

  trace(attempts: number): Trace {
    return {
      ...traceOf(this.#record),
      logs: this.#logs,
      progress: this.#progress,
      executions: this.#executions,
      attempts,
    };
  }

  /** Runs the function until it ends, from the top after each suspension. */
  async attempt(attempt: number): Promise<PassEnd> {
    const { id, definition } = this.task;
    if (this.#executions > 0) this.#record.forgetFailures();
    let givenBefore = -1;
    for (;;) {
      const atOnce = this.options.replay === false ? (call: RecordedCall) => this.#runChildren(call) : undefined;
      const pass = new Pass(id, this.#record, givenBefore, atOnce);
      const end = await pass.run(() => this.#callFunction(pass, attempt));
      if (end.kind === 'broken') throw toError(end.error);
      if (end.kind !== 'suspended') return this.#conclude(pass, end, definition);
      givenBefore = this.#record.answers;
      for (const call of this.#record.unanswered.filter((open) => pass.taken.has(open))) {
        await this.#runChildren(call);
        this.#record.answer(call);
      }
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_EXECUTIONS_MS));
    }
  }

  async #callFunction(pass: Pass, attempt: number): Promise<unknown> {
    const { id, definition } = this.task;
    const runId = toRunId(0);
    const epoch = (this.#executions += 1);
    const context = createTestContext(
      {
        ...{ runId, taskId: id, attempt, epoch },
        signal: this.options.signal ?? new AbortController().signal,
        services: servicesOf(definition, this.options.services ?? []),
        onLog: (level, message, fields) => {
          if (!pass.repeats) this.#logs.push({ level, message, fields });
        },
        onProgress: (fraction, note) => {
          if (!pass.repeats) this.#progress.push({ fraction, note });
        },
        complete: (result) => new TestCompletion(runId, epoch, checkResultNow(id, definition.result, result)),
      },
      callMethods(pass, () => this.#newRunId()),
    );
    return definition.run(await checkInput(id, definition.input, this.input), context);
  }

  async #conclude(pass: Pass, end: PassEnd, { id, result }: Task<never, unknown>['definition']): Promise<PassEnd> {
    if (end.kind !== 'returned') {
      const { error } = end as { error: unknown };
      if (error instanceof TestSetUpError) throw error;
      return end;
    }
    try {
      this.#record.assertAsked(pass.taken);
      const { value } = end;
      const checked = value instanceof TestCompletion ? value.result : await checkResult(id, result, value);
      return { kind: 'returned', value: keptResult(id, checked) };
    } catch (error) {
      return { kind: 'threw', error };
    }
  }

  #runChildren(call: RecordedCall): Promise<void> {
    const runReal = async (task: Task<never, unknown>, input: unknown) => {
      const outcome = await runTask(task, input as never, { ...this.options, attempt: 1, attempts: 'policy' });
      if (outcome.status === 'succeeded') return outcome.result;
      if (outcome.status === 'failed') throw outcome.error;
      throw new TestSetUpError(`"${task.id}" snoozed for ${outcome.afterMs} ms: give a function in its place.`);
    };
    return runChildren(call, this.options.children ?? {}, runReal, () => this.#newRunId());
  }

  #newRunId(): string {
    return toRunId(this.#runs++);
  }
}

/** What another attempt cannot mend, as the engine sees it. */
function isFatal(error: unknown): boolean {
  const { code, fatal } = toError(error) as { code?: unknown; fatal?: unknown };
  return (
    fatal === true ||
    ['MR_TASK_FAILED', 'MR_INPUT_INVALID', 'MR_RESULT_INVALID', 'MR_RESULT_TOO_LARGE'].includes(String(code))
  );
}
