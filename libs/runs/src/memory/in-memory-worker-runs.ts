import type { StoredRun } from './in-memory-run.js';
import { isTerminal, RunState } from '../state/run-state.js';
import type { WorkerRuns, WorkerRunsPage } from '../recovery/worker-runs.port.js';

/** The workers of an `InMemoryRunStore`'s runs. */
export class InMemoryWorkerRuns implements WorkerRuns {
  constructor(private readonly runs: ReadonlyMap<string, StoredRun>) {}

  async runningOn(workerId: string, after: string | undefined, limit: number): Promise<WorkerRunsPage> {
    const unfinished = [...this.runs.values()]
      .filter(({ id, state }) => !isTerminal(state) && id > (after ?? ''))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const page = unfinished.slice(0, limit);
    return {
      running: page
        .filter((run) => run.state === RunState.running && run.workerId === workerId)
        .map(({ id: runId, epoch }) => ({ runId, epoch })),
      next: page.length < limit ? undefined : page.at(-1)?.id,
    };
  }
}
