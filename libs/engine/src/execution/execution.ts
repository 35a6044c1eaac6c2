import type { ClaimedRun, RunStore } from '@millrace/runs';
import type { RunAbortedError } from '@millrace/sdk';
import type { Logger } from '@millrace/telemetry';
import { checkValue } from '../check-value.js';
import type { Dispatcher } from '../dispatcher.js';
import { InputInvalidError } from '../engine.errors.js';
import type { RegisteredTask } from '../task-registry.js';
import { executionLogger } from './execution-logger.js';
import type { LateReports } from './late-reports.js';
import { type Interruption, RunCalls } from './run-calls.js';
import { RunLog } from './run-log.js';
import { RunProgress } from './run-progress.js';
import type { TaskCall } from './task-call.js';
import { createContext } from './task-context.js';
import type { Patience } from './until-written.js';

export interface ExecutionParts {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  /** How the function is called. */
  readonly call: TaskCall;
  readonly services: Readonly<Record<string, unknown>>;
  readonly store: RunStore;
  readonly dispatcher: Dispatcher;
  /** With a store that refuses what a call asks of it. */
  readonly patience: Patience;
  readonly late: LateReports;
  readonly logger: Logger;
}

/** How a task's function left off in one execution. */
export type ExecutionOutcome =
  { readonly kind: 'returned'; readonly value: unknown } | { readonly kind: 'given-up' } | Interruption;

/** One execution of a run: calls the task's function, from the top, with what the run has recorded. */
export class Execution {
  readonly #parts: ExecutionParts;
  readonly #calls: RunCalls;
  readonly #log: RunLog;
  readonly #progress: RunProgress;
  readonly #abort = new AbortController();
  readonly #startedAt = performance.now();
  readonly #logger: () => Logger;
  readonly #givenUp: Promise<ExecutionOutcome>;
  /** Resolves when the function has settled, or with nothing to run at all. */
  #function: Promise<unknown> = Promise.resolve();
  /** Ends the execution whatever its function does. */
  giveUp: () => void = () => undefined;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#givenUp = new Promise((resolve) => (this.giveUp = () => resolve({ kind: 'given-up' })));
    this.#calls = new RunCalls(parts.run, parts.store, parts.dispatcher, {
      ...parts.patience,
      onRefused: (error) => this.logger.error({ err: error }, 'a call of a run was refused by the store; asking again'),
    });
    const isRepeated = () => this.#calls.repeats;
    this.#logger = executionLogger(parts.logger, parts.run);
    const { run, store, late } = parts;
    this.#log = new RunLog(run, isRepeated, store, this.#logger, (lines) => late.count('log', lines));
    this.#progress = new RunProgress(run, isRepeated, store, this.#logger, () => late.count('progress', 1));
  }

  get run(): ClaimedRun {
    return this.#parts.run;
  }

  get task(): RegisteredTask {
    return this.#parts.task;
  }

  /** Its lines say of which run, attempt, task and trace they are. */
  get logger(): Logger {
    return this.#logger();
  }

  /** The function that is left running when this is given up; one for all items of a batch. */
  get code(): object {
    return this.#parts.call.code;
  }

  /** Milliseconds since the claim. */
  get executedMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Whether the run has certainly no awaited children. */
  get childless(): boolean {
    return this.#calls.childless;
  }

  /** Why it was aborted. */
  get aborted(): RunAbortedError | undefined {
    return this.#abort.signal.aborted ? (this.#abort.signal.reason as RunAbortedError) : undefined;
  }

  /** Resolves when the function has settled, which may be long after the outcome. */
  get functionEnded(): Promise<void> {
    return this.#function.then(() => undefined);
  }

  /** Resolves when the function returned, threw or is suspended, and its log lines and progress are stored; never rejects. */
  async toOutcome(): Promise<ExecutionOutcome> {
    const called = this.#callFunction();
    this.#function = called;
    const outcome = await Promise.race([called, this.#calls.interrupted, this.#givenUp]);
    this.#calls.close();
    // Children that are being created must be there when the end of the run marks what it leaves behind.
    await this.#calls.created;
    await Promise.all([this.#log.flush(), this.#progress.flush()]);
    return outcome;
  }

  /** Resolves when what was logged so far is stored; never rejects. */
  flushLog(): Promise<void> {
    return this.#log.flush();
  }

  /** Aborts `ctx.signal`; false when it was before. */
  abort(reason: RunAbortedError): boolean {
    if (this.#abort.signal.aborted) return false;
    this.#abort.abort(reason);
    return true;
  }

  /** A result that was come by another way than the run has recorded is none. */
  #returned(value: unknown): ExecutionOutcome {
    try {
      this.#calls.assertAllAsked();
      return { kind: 'returned', value };
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  async #callFunction(): Promise<ExecutionOutcome> {
    const { run, task, call, services } = this.#parts;
    let called = false;
    try {
      // Nothing was left of its time.
      this.#abort.signal.throwIfAborted();
      const input = await checkValue(task.definition.input, run.input);
      if (!input.ok) return { kind: 'failed', error: new InputInvalidError(task.id, input.issues) };
      const context = createContext({
        run,
        task,
        calls: this.#calls,
        log: this.#log,
        progress: this.#progress,
        signal: this.#abort.signal,
        services,
      });
      called = true;
      return this.#returned(await call.call(input.value, context));
    } catch (error) {
      return { kind: 'threw', error };
    } finally {
      if (!called) call.skip();
    }
  }
}
