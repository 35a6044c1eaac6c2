import type { ClaimedRun, RunStore } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import { checkValue } from '../check-value.js';
import type { Dispatcher } from '../dispatcher.js';
import { InputInvalidError } from '../engine.errors.js';
import type { RegisteredTask } from '../task-registry.js';
import { type Interruption, RunCalls } from './run-calls.js';
import { RunLog } from './run-log.js';
import { RunProgress } from './run-progress.js';
import { createContext } from './task-context.js';

export interface ExecutionParts {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  readonly services: Readonly<Record<string, unknown>>;
  readonly store: RunStore;
  readonly dispatcher: Dispatcher;
  readonly logger: Logger;
}

/** How a task's function left off in one execution. */
export type ExecutionOutcome = { readonly kind: 'returned'; readonly value: unknown } | Interruption;

/** One execution of a run: calls the task's function, from the top, with what the run has recorded. */
export class Execution {
  readonly #parts: ExecutionParts;
  readonly #calls: RunCalls;
  readonly #log: RunLog;
  readonly #progress: RunProgress;
  readonly #abort = new AbortController();

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#calls = new RunCalls(parts.run, parts.store, parts.dispatcher);
    const isRepeated = () => this.#calls.repeats;
    this.#log = new RunLog(parts.run, isRepeated, parts.store, parts.logger);
    this.#progress = new RunProgress(parts.run, isRepeated, parts.store, parts.logger);
  }

  get run(): ClaimedRun {
    return this.#parts.run;
  }

  get task(): RegisteredTask {
    return this.#parts.task;
  }

  /** Resolves when the function returned, threw or is suspended, and its log lines and progress are stored; never rejects. */
  async toOutcome(): Promise<ExecutionOutcome> {
    const outcome = await Promise.race([this.#callFunction(), this.#calls.interrupted]);
    this.#calls.close();
    await Promise.all([this.#log.flush(), this.#progress.flush()]);
    return outcome;
  }

  /** Aborts `ctx.signal`. */
  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  async #callFunction(): Promise<ExecutionOutcome> {
    const { run, task, services } = this.#parts;
    try {
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
      const value = await task.definition.run(input.value, context);
      return { kind: 'returned', value };
    } catch (error) {
      return { kind: 'threw', error };
    }
  }
}
