import type { BatchCreation, IdempotencyClaim, NewRun } from '@millrace/runs';
import type { Dispatcher } from '../queue/dispatcher.js';
import {
  BatchRefusedError,
  ConcurrencyKeyError,
  IdempotencyConflictError,
  InputInvalidError,
  TaskUnknownError,
  type ValueIssue,
} from '../engine.errors.js';
import { type RunRequest, toNewRun } from './new-run.js';
import type { StartedRun } from './run-starter.js';
import type { TaskRegistry } from '../catalogue/task-registry.js';

/** Faults of a batch that are told at most. */
const MAX_ISSUES = 100;

/** Starts many root runs at once: all of them or none. */
export class BatchStarter {
  constructor(
    private readonly registry: TaskRegistry,
    private readonly batches: BatchCreation,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Checks every input before it creates the first run; resolves once all are committed. The queue is asked
   * afterwards, off the answer's path.
   * @throws BatchRefusedError, IdempotencyConflictError
   */
  async startAll(requests: readonly RunRequest[], idempotency?: IdempotencyClaim): Promise<readonly StartedRun[]> {
    const outcome = await this.batches.createAll(await this.#checkAll(requests), idempotency);
    if (outcome.status === 'key-conflict') throw new IdempotencyConflictError(idempotency?.key ?? '');
    void this.dispatcher.deliver(outcome.runs.flatMap(({ delivery }) => delivery ?? []));
    return outcome.runs.map(({ runId, delivery }) => ({ runId, existing: delivery === undefined }));
  }

  async #checkAll(requests: readonly RunRequest[]): Promise<readonly NewRun[]> {
    const runs: NewRun[] = [];
    const issues: ValueIssue[] = [];
    for (const [index, request] of requests.entries()) {
      try {
        runs.push(await toNewRun(this.registry, request));
      } catch (error) {
        const found = issuesOf(error, index);
        if (issues.length < MAX_ISSUES) issues.push(...found);
      }
    }
    const refused = requests.length - runs.length;
    if (refused > 0) throw new BatchRefusedError(issues.slice(0, MAX_ISSUES), refused, requests.length);
    return runs;
  }
}

/** What is wrong with one run of a batch. @throws what is no fault of the run */
function issuesOf(error: unknown, index: number): ValueIssue[] {
  if (error instanceof TaskUnknownError) return [{ pointer: `/${index}/task`, message: error.message }];
  if (error instanceof ConcurrencyKeyError) return [{ pointer: `/${index}/input`, message: error.message }];
  if (error instanceof InputInvalidError) {
    return error.issues.map(({ pointer, message }) => ({ pointer: `/${index}/input${pointer}`, message }));
  }
  throw error;
}
