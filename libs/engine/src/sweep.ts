import { FENCED, type LostRun, type RunRepairs, type RunStore } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import type { Dispatcher } from './dispatcher.js';
import type { TaskQueue } from './task-queue.port.js';

/** Repairs of one kind in one sweep at most. */
const PAGE = 500;
/** Pages of queued runs looked at in one sweep at most. */
const PAGES_A_TURN = 10;
/** A done call whose parent nobody has told of it for this long, in milliseconds. */
const UNWOKEN_MS = 1_000;
/** A run queued and due for this long, in milliseconds, whose job is looked for. */
const OVERDUE_MS = 10_000;

export interface SweepParts {
  readonly repairs: RunRepairs;
  readonly store: RunStore;
  readonly queue: TaskQueue;
  readonly dispatcher: Dispatcher;
  /** Length of a worker's lease, in milliseconds. */
  readonly leaseMs: number;
  /** Milliseconds for which this process has been in touch with the server without a gap. */
  readonly inTouchMs: () => number;
  readonly logger: Logger;
}

/** How many runs one sweep mended, by kind. */
export interface SweepCounts {
  readonly lost: number;
  readonly unwoken: number;
  readonly redelivered: number;
}

/**
 * Finds what was lost between the commits (R10): runs of workers that died, parents nobody woke, queued runs without a
 * job. It trusts rows only, and each repair is guarded by the state it found.
 */
export class Sweep {
  readonly #parts: SweepParts;
  /** Where the walk over queued runs goes on. */
  #cursor: string | undefined;

  constructor(parts: SweepParts) {
    this.#parts = parts;
  }

  async runOnce(): Promise<SweepCounts> {
    const lost = await this.#endLostAttempts();
    const unwoken = await this.#wakeParents();
    const redelivered = await this.#redeliver();
    if (lost + unwoken + redelivered > 0)
      this.#parts.logger.info({ lost, unwoken, redelivered }, 'the sweep mended runs');
    return { lost, unwoken, redelivered };
  }

  async #endLostAttempts(): Promise<number> {
    const { repairs, leaseMs, inTouchMs } = this.#parts;
    if (inTouchMs() < leaseMs) return 0;
    const lost = await repairs.lostRuns(leaseMs, PAGE);
    await this.#eachGuarded(lost, (run) => this.#endAttempt(run));
    await repairs.retireWorkers();
    return lost.length;
  }

  /** A lost attempt is used up: a run that kills its worker must end some day. */
  async #endAttempt(run: LostRun): Promise<void> {
    const { store, dispatcher } = this.#parts;
    const error = {
      code: 'MR_WORKER_LOST',
      message: `Worker ${run.workerId} stopped renewing its lease during attempt ${run.attempt}.`,
    };
    if (run.attempt < run.maxAttempts) {
      const delivery = await store.requeue(run, { reason: 'lost', error, delayMs: 0 });
      if (delivery !== FENCED) await dispatcher.deliver([delivery]);
    } else {
      const finished = await store.finish({ runId: run.runId, epoch: run.epoch, status: 'failed', error });
      if (finished !== FENCED && finished.parentToWake !== undefined) await dispatcher.wake(finished.parentToWake);
    }
  }

  async #wakeParents(): Promise<number> {
    const parents = await this.#parts.repairs.unwokenParents(UNWOKEN_MS, PAGE);
    await this.#eachGuarded(parents, (runId) => this.#parts.dispatcher.wake(runId));
    return parents.length;
  }

  /** Goes on while pages are full, so that a lost queue is found again at some thousands of runs a second. */
  async #redeliver(): Promise<number> {
    const { repairs, queue, dispatcher } = this.#parts;
    let redelivered = 0;
    for (let pages = 0; pages < PAGES_A_TURN; pages += 1) {
      const page = await repairs.overdue(OVERDUE_MS, this.#cursor, PAGE);
      this.#cursor = page.length < PAGE ? undefined : page.at(-1)?.runId;
      if (page.length === 0) break;
      // A job that finished while its run is still queued under the same delivery blocks its own id: the run takes the next.
      const renewed = await repairs.redeliver(await queue.missing(page));
      await dispatcher.deliver(renewed);
      redelivered += renewed.length;
      if (this.#cursor === undefined) break;
    }
    return redelivered;
  }

  /** One repair that fails keeps no other from being made; it comes again with the next turn. */
  async #eachGuarded<T>(found: readonly T[], repair: (item: T) => Promise<void>): Promise<void> {
    for (const item of found) {
      await repair(item).catch((error: unknown) => this.#parts.logger.error({ err: error, item }, 'a repair failed'));
    }
  }
}
