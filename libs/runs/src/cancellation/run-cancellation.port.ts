import type { ExecutionRef } from '../store/claimed-run.js';
import type { IdempotencyClaim } from '../store/new-run.js';
import type { RunState } from '../state/run-state.js';
import type { Fenced, FinishedRun } from '../store/run-store.port.js';

/** Runs that one statement has ended, and the parents whose calls this completed. */
export interface EndedRuns {
  readonly count: number;
  readonly parentsToWake: readonly string[];
}

/** An execution that has to stop. */
export interface StoppedExecution extends ExecutionRef {
  /** Its run is marked; or goes on, or was ended, without it, since its worker's lease was over. */
  readonly why: 'marked' | 'lost';
}

/**
 * Cancellation (R8). A run is *marked* when it, an ancestor, or the call of an ancestor that leads to it bears a mark. A
 * marked run is not claimed and opens no call; a mark goes when nothing that it covers is unfinished.
 */
export interface RunCancellation {
  /**
   * Marks a run that has not ended, and gives what state it is in then; undefined: there is no such run. Once this has
   * resolved nothing that the mark covers is claimed any more: a claim under way has been waited for.
   *
   * An idempotency key stands for a cancellation that was made. Asked again under it this marks nothing and gives
   * `cancelled`, whatever became of the run since: a late repetition does not cancel what was retried in between.
   */
  cancel(runId: string, idempotency?: IdempotencyClaim): Promise<RunState | undefined>;

  /** Which of these executions have to stop. One that has ended its run itself has not. */
  stopped(executions: readonly ExecutionRef[]): Promise<readonly StoppedExecution[]>;

  /** `running` -> `cancelled`, if the run is marked, by its own execution or once that one's worker is lost. */
  cancelExecution(execution: ExecutionRef): Promise<FinishedRun | Fenced>;

  /** Moves marked runs that are queued or waiting to `cancelled`: all of them, or those of the marks of one run. */
  cancelMarked(limit: number, runId?: string): Promise<EndedRuns>;

  /** Removes marks that cover nothing unfinished; gives how many. */
  dropMarks(limit: number): Promise<number>;
}

/** The scope of a cancellation's idempotency key; no task has such an id. */
export function cancelScope(runId: string): string {
  return `cancel ${runId}`;
}
