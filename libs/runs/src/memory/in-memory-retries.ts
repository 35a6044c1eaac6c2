import type { InMemoryCancellation } from './in-memory-cancellation.js';
import type { InMemoryKeys } from './in-memory-keys.js';
import {
  beginAttempt,
  deadlineOf,
  moveRun,
  queueAgain,
  type StoredCall,
  type StoredRun,
  toDelivery,
} from './in-memory-run.js';
import type { IdempotencyClaim } from '../store/new-run.js';
import { planRetry, type RetryStep } from '../retries/plan-retry.js';
import { type RetryOutcome, retryScope, type RunRetries } from '../retries/run-retries.port.js';
import { isTerminal, RunState } from '../state/run-state.js';
import { type ReopenedChildren, TOO_EARLY, type TooEarly } from '../store/run-store.port.js';

/** The retries of an `InMemoryRunStore`. */
export class InMemoryRetries implements RunRetries {
  constructor(
    private readonly runs: ReadonlyMap<string, StoredRun>,
    private readonly keys: InMemoryKeys,
    private readonly cancellation: InMemoryCancellation,
  ) {}

  async retry(runId: string, idempotency?: IdempotencyClaim): Promise<RetryOutcome> {
    const run = this.runs.get(runId);
    if (run === undefined) return { status: 'unknown-run' };
    let outcome: RetryOutcome | undefined;
    try {
      const once = this.keys.once(retryScope(runId), idempotency, () => {
        outcome = this.#retry(run);
        // Leaves the key free.
        if (outcome.status !== 'retried') throw new Error(outcome.status);
      });
      if (once.status !== 'done') return { status: once.status };
    } catch (error) {
      if (outcome === undefined) throw error;
    }
    return outcome as RetryOutcome;
  }

  /** Queues a chunk of a call's failed and cancelled children again. */
  reopenChildren(
    run: StoredRun,
    call: StoredCall,
    children: readonly StoredRun[],
    { from, limit }: { readonly from: number; readonly limit: number },
  ): ReopenedChildren | TooEarly {
    const failed = children.filter(
      ({ parent, state }) =>
        (parent?.index ?? 0) >= from && (state === RunState.failed || state === RunState.cancelled),
    );
    if (from > 0 && this.cancellation.isCallMarked(call)) {
      // One of the first chunk has failed again, and the rest of the map goes with it.
      call.attempt = run.attempt;
      return { deliveries: [], next: undefined };
    }
    const chunk = failed.slice(0, limit);
    if (!this.cancellation.lift(chunk, call)) return TOO_EARLY;
    for (const child of chunk) reopenRun(child, 'reopen', RunState.queued);
    reopenCall(call, chunk.length);
    const next = failed[limit]?.parent?.index;
    if (next === undefined) call.attempt = run.attempt;
    return { deliveries: chunk.map(toDelivery), next };
  }

  #retry(run: StoredRun): RetryOutcome {
    const path = pathTo(run);
    const plan = planRetry(path.map((each, place) => this.#toStep(each, path[place + 1]?.parent?.call)));
    if (plan.status === 'refused') return plan;
    const reopened = path.toReversed().slice(0, plan.reopened);
    const holder = this.#keyHolder(path[0] ?? run);
    if (holder !== undefined && plan.reopened === path.length) {
      return { status: 'refused', refusal: { reason: 'key-held', runId: holder } };
    }
    if (!this.cancellation.lift(reopened)) return { status: 'too-early' };
    // One that ended amid the creation of its children has to go on with that: nobody else would.
    const queued = reopened.filter((each) => each === run || each.calls.some(({ sealed }) => !sealed));
    for (const each of reopened) {
      reopenRun(each, 'retry', queued.includes(each) ? RunState.queued : RunState.waiting);
    }
    for (const { parent } of reopened) {
      if (parent === undefined) continue;
      reopenCall(parent.call, 1);
      if (parent.call.failed === 0) parent.call.attempt = parent.run.attempt;
    }
    return { status: 'retried', deliveries: queued.map(toDelivery) };
  }

  /** Takes the deduplication key of a tree again; gives the run that has it instead. */
  #keyHolder(root: StoredRun): string | undefined {
    const isUnfinished = (id: string) => id !== root.id && !isTerminal(this.runs.get(id)?.state ?? RunState.failed);
    const holder = this.keys.holderInsteadOf(root, isUnfinished);
    return holder === root.id ? undefined : holder;
  }

  #toStep(run: StoredRun, call: StoredCall | undefined): RetryStep {
    return {
      ...{ runId: run.id, state: run.state, attempt: run.attempt },
      marked: this.cancellation.isMarked(run, call),
      call: call && { told: call.outcomeSeq !== undefined, attempt: call.attempt },
    };
  }
}

/** Begins another series of attempts of a run that has ended, at a retry of its own or for one below it. */
function reopenRun(run: StoredRun, verb: 'retry' | 'reopen', to: 'queued' | 'waiting'): void {
  beginAttempt(run, run.state, run.error);
  run.maxAttempts += run.attempt - run.firstAttempt;
  run.firstAttempt = run.attempt;
  run.error = undefined;
  run.progress = undefined;
  run.dueAt = new Date();
  run.deadlineAt = deadlineOf(run);
  if (to === RunState.queued) queueAgain(run, verb);
  else moveRun(run, verb, to);
}

/** Takes back that this many children of the call had failed, and that its run was told of it. */
function reopenCall(call: StoredCall, children: number): void {
  call.pending += children;
  call.failed -= children;
  call.outcomeSeq = undefined;
}

/** From the root down to the run. */
function pathTo(run: StoredRun): StoredRun[] {
  return run.parent === undefined ? [run] : [...pathTo(run.parent.run), run];
}
