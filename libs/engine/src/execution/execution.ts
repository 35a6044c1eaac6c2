import type { ClaimedRun, RunStore } from '@millrace/runs';
import type { RunAbortedError } from '@millrace/sdk';
import type { Logger } from '@millrace/telemetry';
import { checkValue } from '../catalogue/check-value.js';
import type { Dispatcher } from '../queue/dispatcher.js';
import { InputInvalidError } from '../engine.errors.js';
import type { RegisteredTask } from '../catalogue/task-registry.js';
import { executionLogger } from './reports/execution-logger.js';
import type { LateReports } from './reports/late-reports.js';
import { type Interruption, RunCalls } from './calls/run-calls.js';
import { RunLog } from './reports/run-log.js';
import { RunProgress } from './reports/run-progress.js';
import type { TaskCall } from './task-call.js';
import type { ContextParts } from './task-context.js';
import type { Patience } from './outcomes/until-written.js';

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

/**
 * One execution of a run: calls the task's function, from the top, with what the run has recorded. What only some functions
 * ask for is made when they do: most make no call and report no progress.
 */
export class Execution implements ContextParts {
  readonly #parts: ExecutionParts;
  readonly #abort = new AbortController();
  readonly #startedAt = performance.now();
  readonly #logger: () => Logger;
  readonly #outcome: Promise<ExecutionOutcome>;
  /** Ends the execution; only the first outcome counts. */
  #leave!: (outcome: ExecutionOutcome) => void;
  #log: RunLog | undefined;
  #progress: RunProgress | undefined;
  #calls: RunCalls | undefined;
  #isOver = false;
  #hasLeft = false;
  #refusesCalls = false;
  #aborted: RunAbortedError | undefined;
  /** Resolves when the function has settled, or with nothing to run at all. */
  #function: Promise<void> = Promise.resolve();

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#outcome = new Promise((resolve) => {
      this.#leave = (outcome) => {
        this.#hasLeft = true;
        resolve(outcome);
      };
    });
    const { run, logger } = parts;
    this.#logger = executionLogger(logger, run);
    // What is recorded binds the code, whether it asks for it or not.
    if (run.record.length > 0 || run.loggedWakes !== undefined) this.#calls = this.#makeCalls();
  }

  get run(): ClaimedRun {
    return this.#parts.run;
  }

  get task(): RegisteredTask {
    return this.#parts.task;
  }

  get services(): Readonly<Record<string, unknown>> {
    return this.#parts.services;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get calls(): RunCalls {
    return (this.#calls ??= this.#makeCalls());
  }

  get log(): RunLog {
    return (this.#log ??= this.#makeLog());
  }

  get progress(): RunProgress {
    return (this.#progress ??= this.#makeProgress());
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
    return this.#calls?.childless ?? true;
  }

  /** Whether its outcome is known. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Why it was aborted. */
  get aborted(): RunAbortedError | undefined {
    return this.#aborted;
  }

  /** Resolves when the function has settled, which may be long after the outcome. */
  get functionEnded(): Promise<void> {
    return this.#function;
  }

  /** Calls the function; resolves when it returned, threw or is suspended, or was given up. Never rejects. */
  begin(): Promise<ExecutionOutcome> {
    this.#function = this.#callFunction();
    return this.#outcome;
  }

  /** Takes no further call, and resolves when what was logged and reported is stored; never rejects. */
  close(): Promise<void> | undefined {
    this.#isOver = true;
    const hasAsked = this.#calls !== undefined || this.#log !== undefined || this.#progress !== undefined;
    return hasAsked ? this.#closeAsked() : undefined;
  }

  async #closeAsked(): Promise<void> {
    this.#calls?.close();
    // Children that are being created must be there when the end of the run marks what it leaves behind.
    await this.#calls?.created;
    await Promise.all([this.#log?.flush(), this.#progress?.flush()]);
  }

  /** Takes no further call, though what is under way goes on; a step that fails from now on is not recorded. */
  refuseCalls(): void {
    this.#refusesCalls = true;
    this.#calls?.refuse();
  }

  /** Aborts `ctx.signal`; false when it was before. */
  abort(reason: RunAbortedError): boolean {
    if (this.#aborted !== undefined) return false;
    this.#aborted = reason;
    this.#abort.abort(reason);
    return true;
  }

  /** Ends the execution whatever its function does. */
  giveUp(): void {
    this.#leave({ kind: 'given-up' });
  }

  #makeCalls(): RunCalls {
    const { run, store, dispatcher, patience } = this.#parts;
    const calls = new RunCalls(run, store, dispatcher, (interruption) => this.#leave(interruption), {
      patience,
      onRefused: (error) => this.logger.error({ err: error }, 'a call of a run was refused by the store; asking again'),
    });
    if (this.#refusesCalls) calls.refuse();
    // Asked for by code that was left behind.
    if (this.#isOver) calls.close();
    return calls;
  }

  #makeLog(): RunLog {
    const { run, store, late } = this.#parts;
    return new RunLog(
      run,
      () => this.#repeats,
      store,
      this.#logger,
      (lines) => late.count('log', lines),
    );
  }

  #makeProgress(): RunProgress {
    const { run, store, late } = this.#parts;
    return new RunProgress(
      run,
      () => this.#repeats,
      store,
      this.#logger,
      () => late.count('progress', 1),
    );
  }

  get #repeats(): boolean {
    return this.#calls?.repeats ?? false;
  }

  /** A result that was come by another way than the run has recorded is none. */
  #returned(value: unknown): ExecutionOutcome {
    try {
      this.#calls?.assertAllAsked();
      return { kind: 'returned', value };
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  async #callFunction(): Promise<void> {
    const { run, task, call } = this.#parts;
    let called = false;
    let outcome: ExecutionOutcome;
    try {
      const input = await checkValue(task.definition.input, run.input);
      // Nothing was left of its time, or it was stopped while its input was checked.
      if (this.#aborted !== undefined) throw this.#aborted;
      if (input.ok) {
        called = true;
        outcome = this.#returned(await call.call(input.value, this));
      } else {
        outcome = { kind: 'failed', error: new InputInvalidError(task.id, input.issues) };
      }
    } catch (error) {
      outcome = { kind: 'threw', error };
    } finally {
      if (!called) call.skip();
    }
    this.#leave(outcome);
  }
}
