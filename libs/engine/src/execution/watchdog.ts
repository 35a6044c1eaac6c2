import type { ClaimedRun, RunCancellation } from '@millrace/runs';
import { type AbortCode, DEFAULT_ATTEMPT_TIMEOUT, RunAbortedError, toMilliseconds } from '@millrace/sdk';
import type { Logger } from '@millrace/telemetry';
import type { Execution } from './execution.js';

/** Milliseconds that a task has to end once its signal is aborted. */
const GRACE_MS = 5_000;
/** Milliseconds between two looks for what has to stop. */
const LOOK_MS = 1_000;
/** Longer than a timer can be set for, which no execution lives. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface WatchdogParts {
  readonly cancellation: RunCancellation;
  readonly logger: Logger;
  /** @default 5000 */
  readonly graceMs?: number | undefined;
}

/**
 * Aborts what has to stop: executions of marked runs, and those that have lost theirs, which it looks for once a second in
 * one statement for all; and those whose attempt or whose run has used up its time. What ignores its signal is given up
 * after the grace time, so that its run ends and its slot is free.
 */
export class Watchdog {
  readonly #watched = new Map<Execution, NodeJS.Timeout[]>();
  #look: NodeJS.Timeout | undefined;
  #blind = false;

  constructor(private readonly parts: WatchdogParts) {}

  /** From here on; gives what ends it. */
  watch(execution: Execution): () => void {
    this.#watched.set(execution, []);
    const { run, task } = execution;
    const attemptMs = toMilliseconds(task.definition.attemptTimeout ?? DEFAULT_ATTEMPT_TIMEOUT) - run.executedMs;
    this.#abortAfter(execution, run.deadlineInMs, 'MR_RUN_TIMED_OUT');
    this.#abortAfter(execution, attemptMs, 'MR_ATTEMPT_TIMED_OUT');
    this.#look ??= this.#lookLater();
    return () => {
      this.#watched.get(execution)?.forEach(clearTimeout);
      this.#watched.delete(execution);
    };
  }

  /**
   * Its worker stops. What the function has come to already stands. Afterwards it may ask for nothing that its run records: what
   * it does since it was told to stop is no part of the attempt, which goes on elsewhere.
   */
  stop(execution: Execution): void {
    if (execution.hasLeft) return;
    execution.refuseCalls();
    this.#abort(execution, 'MR_WORKER_STOPPING');
  }

  #abortAfter(execution: Execution, ms: number | undefined, code: AbortCode): void {
    if (ms === undefined || ms > LONGEST_TIMER_MS) return;
    if (ms <= 0) this.#abort(execution, code);
    else this.#after(execution, ms, () => this.#abort(execution, code));
  }

  #abort(execution: Execution, code: AbortCode): void {
    if (!execution.abort(abortedBy(code, execution.run))) return;
    this.#after(execution, this.parts.graceMs ?? GRACE_MS, () => execution.giveUp());
  }

  #after(execution: Execution, ms: number, act: () => void): void {
    this.#watched.get(execution)?.push(setTimeout(act, ms));
  }

  /** Nothing is asked while nothing is executed, and nothing keeps the process alive. */
  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => {
      void this.#lookForStopped().finally(() => {
        this.#look = this.#watched.size === 0 ? undefined : this.#lookLater();
      });
    }, LOOK_MS).unref();
  }

  async #lookForStopped(): Promise<void> {
    const watched = new Map([...this.#watched.keys()].map((execution) => [keyOf(execution.run), execution]));
    try {
      const stopped = await this.parts.cancellation.stopped([...watched.values()].map(({ run }) => run));
      for (const found of stopped) {
        const execution = watched.get(keyOf(found));
        if (execution === undefined) continue;
        if (found.why === 'marked') this.#abort(execution, 'MR_RUN_CANCELLED');
        // What has left its run itself meanwhile has not lost it.
        else if (!execution.hasLeft) this.#abort(execution, 'MR_WORKER_LOST');
      }
      this.#blind = false;
    } catch (error) {
      const { logger } = this.parts;
      if (!this.#blind) logger.warn({ err: error }, 'could not look for cancelled and lost runs; looking again');
      this.#blind = true;
    }
  }
}

function keyOf({ runId, epoch }: { readonly runId: string; readonly epoch: number }): string {
  return `${runId} ${epoch}`;
}

/** The reason of an aborted signal. */
export function abortedBy(code: AbortCode, run: ClaimedRun): RunAbortedError {
  return new RunAbortedError(code, describe(code, run));
}

function describe(code: AbortCode, { attempt }: ClaimedRun): string {
  switch (code) {
    case 'MR_RUN_CANCELLED':
      return 'The run was cancelled.';
    case 'MR_ATTEMPT_TIMED_OUT':
      return `Attempt ${attempt} has used up its executing time, the attemptTimeout of its task.`;
    case 'MR_RUN_TIMED_OUT':
      return 'The time that the run had in all, waiting and queue time included, is over.';
    case 'MR_WORKER_LOST':
      return 'The lease of the worker was over; another one goes on with the run.';
    case 'MR_WORKER_STOPPING':
      return 'The worker is shutting down; another one goes on with the run.';
  }
}
