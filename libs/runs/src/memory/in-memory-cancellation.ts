import { CANCEL_MESSAGES, type CancelCause } from '../cancellation/cancel-mark.js';
import type { ExecutionRef } from '../store/claimed-run.js';
import { countOff, moveRun, type StoredCall, type StoredRun } from './in-memory-run.js';
import { InMemoryKeys } from './in-memory-keys.js';
import type { IdempotencyClaim } from '../store/new-run.js';
import {
  cancelScope,
  type EndedRuns,
  type RunCancellation,
  type StoppedExecution,
} from '../cancellation/run-cancellation.port.js';
import { isTerminal, RunState } from '../state/run-state.js';
import { FENCED, type Fenced, type FinishedRun } from '../store/run-store.port.js';

interface Mark {
  readonly run: StoredRun;
  /** One call of the run; undefined: the run itself with all below it. */
  readonly call: StoredCall | undefined;
  readonly cause: CancelCause;
}

/** The marks of an `InMemoryRunStore`, and what comes of them. */
export class InMemoryCancellation implements RunCancellation {
  #marks: Mark[] = [];
  readonly #keys = new InMemoryKeys();

  constructor(private readonly runs: ReadonlyMap<string, StoredRun>) {}

  /** Whether the run is marked. */
  covers(run: StoredRun): boolean {
    return this.#markOf(run) !== undefined;
  }

  /** Marks what the end of this run leaves behind: its unfinished children, and its siblings in a map when it failed. */
  markAfter(run: StoredRun): void {
    if (run.calls.some(({ pending }) => pending > 0)) this.#mark({ run, call: undefined, cause: 'parent-ended' });
    this.#markSiblings(run);
  }

  /**
   * Lifts the marks of these runs, and of a call, for a retry; false while anything that they cover is unfinished.
   */
  lift(runs: readonly StoredRun[], call?: StoredCall): boolean {
    const isMeant = (mark: Mark) => runs.includes(mark.run) || (mark.call !== undefined && mark.call === call);
    const lifted = this.#marks.filter(isMeant);
    const unfinished = [...this.runs.values()].filter(({ state }) => !isTerminal(state));
    if (lifted.some((mark) => unfinished.some((run) => isCovered(run, mark)))) return false;
    this.#marks = this.#marks.filter((mark) => !isMeant(mark));
    return true;
  }

  /** Whether the call is marked, or the run with all that is below it. */
  isMarked(run: StoredRun, call: StoredCall | undefined): boolean {
    return this.#marks.some((mark) => mark.run === run && (mark.call === undefined || mark.call === call));
  }

  /** Whether the call itself is marked. */
  isCallMarked(call: StoredCall): boolean {
    return this.#marks.some((mark) => mark.call === call);
  }

  async cancel(runId: string, idempotency?: IdempotencyClaim): Promise<RunState | undefined> {
    const run = this.runs.get(runId);
    if (run === undefined || run.state === RunState.succeeded || run.state === RunState.failed) {
      return this.#keys.has(cancelScope(runId), idempotency) ? RunState.cancelled : run?.state;
    }
    const once = this.#keys.once(cancelScope(runId), idempotency, () => {
      if (!isTerminal(run.state)) this.#mark({ run, call: undefined, cause: 'request' });
    });
    return once.status === 'done' ? run.state : RunState.cancelled;
  }

  async stopped(executions: readonly ExecutionRef[]): Promise<readonly StoppedExecution[]> {
    return executions.flatMap((execution) => {
      const { runId, epoch } = execution;
      if (this.#running(execution) !== undefined) return { runId, epoch, why: 'marked' };
      return isLost(execution, this.runs.get(runId)) ? { runId, epoch, why: 'lost' } : [];
    });
  }

  async cancelExecution(execution: ExecutionRef): Promise<FinishedRun | Fenced> {
    const run = this.#running(execution);
    return run === undefined ? FENCED : this.#cancel(run);
  }

  async cancelMarked(limit: number, runId?: string): Promise<EndedRuns> {
    const found = [...this.runs.values()].filter((run) => {
      const mark = this.#markOf(run);
      const idle = run.state === RunState.queued || run.state === RunState.waiting;
      return idle && mark !== undefined && (runId === undefined || mark.run.id === runId);
    });
    const ended = found.slice(0, limit).map((run) => this.#cancel(run).parentToWake);
    return { count: ended.length, parentsToWake: ended.filter((parent) => parent !== undefined) };
  }

  async dropMarks(): Promise<number> {
    const unfinished = [...this.runs.values()].filter(({ state }) => !isTerminal(state));
    const needed = this.#marks.filter(
      (mark) => (mark.call?.pending ?? 0) > 0 || unfinished.some((run) => isCovered(run, mark)),
    );
    const dropped = this.#marks.length - needed.length;
    this.#marks = needed;
    return dropped;
  }

  #running({ runId, epoch }: ExecutionRef): StoredRun | undefined {
    const run = this.runs.get(runId);
    return run?.epoch === epoch && run.state === RunState.running && this.covers(run) ? run : undefined;
  }

  #markOf(run: StoredRun): Mark | undefined {
    return this.#marks.find((mark) => isCovered(run, mark));
  }

  #mark(mark: Mark): void {
    if (!this.#marks.some(({ run, call }) => run === mark.run && call === mark.call)) this.#marks.push(mark);
  }

  #markSiblings({ state, parent }: StoredRun): void {
    const fails = state === RunState.failed || state === RunState.cancelled;
    if (!fails || parent?.call.kind !== 'map' || parent.call.pending === 0) return;
    this.#mark({ run: parent.run, call: parent.call, cause: 'sibling-failed' });
  }

  #cancel(run: StoredRun): FinishedRun {
    const mark = this.#markOf(run);
    moveRun(run, 'cancel', RunState.cancelled);
    const message = mark === undefined ? '' : CANCEL_MESSAGES[mark.cause].replace('%s', mark.run.id);
    run.error = { code: 'MR_RUN_CANCELLED', message };
    const finished = countOff(run);
    if (mark?.run === run) this.#markSiblings(run);
    return finished;
  }
}

/** Whether the run has gone on, or was ended by a sweep, without this execution. */
function isLost({ epoch }: ExecutionRef, run: StoredRun | undefined): boolean {
  if (run?.epoch !== epoch) return true;
  switch (run.state) {
    case RunState.queued:
    case RunState.waiting:
    case RunState.cancelled:
      return true;
    case RunState.failed:
      return run.error?.code === 'MR_WORKER_LOST';
    case RunState.running:
    case RunState.succeeded:
      return false;
  }
}

function isCovered(run: StoredRun, { run: marked, call }: Mark): boolean {
  if (run === marked && call === undefined) return true;
  for (let { parent } = run; parent !== undefined; { parent } = parent.run) {
    if (parent.run === marked) return call === undefined || parent.call === call;
  }
  return false;
}
