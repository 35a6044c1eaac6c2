import type { InMemoryCancellation } from './in-memory-cancellation.js';
import { countOff, moveRun, type StoredRun } from './in-memory-run.js';
import type { EndedRuns } from '../cancellation/run-cancellation.port.js';
import type { RunDeadlines } from '../cancellation/run-deadlines.port.js';
import { RUN_TIMED_OUT } from '../state/run-error.js';
import { RunState } from '../state/run-state.js';

/** The whole lives of an `InMemoryRunStore`'s runs. */
export class InMemoryDeadlines implements RunDeadlines {
  constructor(
    private readonly runs: ReadonlyMap<string, StoredRun>,
    private readonly cancellation: InMemoryCancellation,
  ) {}

  async expire(limit: number): Promise<EndedRuns> {
    const over = [...this.runs.values()].filter(
      ({ state, deadlineAt }) =>
        (state === RunState.queued || state === RunState.waiting) &&
        deadlineAt !== undefined &&
        deadlineAt.getTime() < Date.now(),
    );
    const parents = over.slice(0, limit).map((run) => this.#end(run));
    return { count: parents.length, parentsToWake: parents.filter((parent) => parent !== undefined) };
  }

  #end(run: StoredRun): string | undefined {
    moveRun(run, 'expire', RunState.failed);
    run.error = RUN_TIMED_OUT;
    const { parentToWake } = countOff(run);
    this.cancellation.markAfter(run);
    return parentToWake;
  }
}
