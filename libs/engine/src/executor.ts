import type { JobPayload, RunDelivery } from '@millrace/contracts';
import { type ClaimedRun, isRateGate, NoLeaseError, type RunCancellation, type RunStore } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import type { DeliveryHandler, OnCalled } from './queue/delivery-handler.port.js';
import type { Dispatcher } from './queue/dispatcher.js';
import { Committer } from './execution/outcomes/committer.js';
import { type Conclusion, conclude } from './execution/outcomes/conclude.js';
import { Execution } from './execution/execution.js';
import { executionLogger } from './execution/reports/execution-logger.js';
import { inExecutionSpan } from './execution/reports/execution-span.js';
import { LateReports, type ReportKind } from './execution/reports/late-reports.js';
import { planCalls } from './execution/plan-calls.js';
import { SingleCall, type TaskCall } from './execution/task-call.js';
import { type Patience, untilWritten, type WriteLimits } from './execution/outcomes/until-written.js';
import { Watchdog } from './execution/watchdog.js';
import { type ZombieLimits, Zombies } from './execution/zombies.js';
import { RunsInHand } from './runs-in-hand.js';
import type { ServiceBindings } from './catalogue/service-bindings.js';
import type { RegisteredTask, TaskRegistry } from './catalogue/task-registry.js';

/** Wait before a run is offered again that this worker has no task for. */
const UNKNOWN_TASK_DELAY_MS = 10_000;

/** Wait before a run is offered again that came while this worker drains, or it would come right back. */
const DRAINING_DELAY_MS = 1_000;

export interface ExecutorParts {
  readonly workerId: string;
  readonly registry: TaskRegistry;
  readonly services: ServiceBindings;
  readonly store: RunStore;
  readonly dispatcher: Dispatcher;
  /** Renews the worker's lease, which claims need. */
  readonly renewLease: () => Promise<void>;
  readonly cancellation: RunCancellation;
  /** Asks for the end of this process, in good order: functions that ignore their signals run on in it. */
  readonly recycle: (why: string) => void;
  /** Milliseconds that a task has to end once its signal is aborted. @default 5000 */
  readonly abortGraceMs?: number;
  readonly zombieLimits?: ZombieLimits;
  readonly writeLimits?: WriteLimits;
  readonly logger: Logger;
}

export interface ExecutorTotals {
  /** Runs in execution. */
  readonly executing: number;
  /** Claims that found the worker's lease lapsed. */
  readonly leaseLosses: number;
  /** Outcomes that were refused because the execution had lost its run. */
  readonly lateWritesRefused: number;
  /** Log lines and reports of progress that were dropped for the same reason. */
  readonly lateReportsDropped: Readonly<Record<ReportKind, number>>;
}

/** Takes deliveries: claims the run, executes its task, and hands what came of it to be committed. */
export class Executor implements DeliveryHandler {
  /** For a sweep to tell what is running here and nobody executes. */
  readonly inHand = new RunsInHand();
  readonly #parts: ExecutorParts;
  /** Runs in execution. */
  readonly #active = new Set<Execution>();
  /** Deliveries from claim to commit. */
  readonly #handling = new Set<Promise<void>>();
  readonly #watchdog: Watchdog;
  readonly #zombies: Zombies;
  readonly #committer: Committer;
  readonly #late = new LateReports();
  readonly #patience: Patience;
  #draining = false;
  #isGraceOver = false;
  #leaseLosses = 0;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    const { cancellation, logger, recycle, abortGraceMs, zombieLimits, writeLimits } = parts;
    this.#watchdog = new Watchdog({ cancellation, logger, graceMs: abortGraceMs });
    this.#zombies = new Zombies(recycle, zombieLimits);
    this.#committer = new Committer(parts);
    this.#patience = {
      ...writeLimits,
      onHopeless: (runId) => recycle(`the store refuses what run ${runId} has to write`),
    };
  }

  /** What runs now, and what this executor has met since it started, for metrics. */
  get totals(): ExecutorTotals {
    return {
      executing: this.#active.size,
      leaseLosses: this.#leaseLosses,
      lateWritesRefused: this.#committer.refused,
      lateReportsDropped: this.#late.totals,
    };
  }

  async handle(payload: JobPayload, onCalled?: OnCalled): Promise<void> {
    if (payload.kind === 'wake') return this.#parts.dispatcher.wake(payload.run);
    const [first] = payload.runs;
    if (first === undefined) return;
    const handling = payload.runs.length > 1 ? this.#executeTogether(payload.runs) : this.#execute(first, onCalled);
    this.#handling.add(handling);
    try {
      await handling;
    } finally {
      this.#handling.delete(handling);
    }
  }

  takesLists(taskId: string): boolean {
    return this.#parts.registry.find(taskId)?.definition.batch !== undefined;
  }

  /**
   * Waits for what runs, at most this many milliseconds; then aborts it and hands it back, at no attempt's cost, once its
   * function has ended or ignored its signal. What a function came to before that is committed, not handed back. A run that
   * is claimed meanwhile is handed back.
   */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const graceEnd = performance.now() + graceMs;
    while (this.#handling.size > 0 && performance.now() < graceEnd) {
      await settledWithin(Promise.allSettled(this.#handling), graceEnd - performance.now());
    }
    this.#isGraceOver = true;
    for (const execution of this.#active) this.#watchdog.stop(execution);
    while (this.#handling.size > 0) await Promise.allSettled(this.#handling);
  }

  async #execute(delivery: RunDelivery, onCalled: OnCalled | undefined): Promise<void> {
    const run = await this.#claim(delivery);
    if (run === undefined) return;
    try {
      const task = this.#parts.registry.find(run.taskId);
      await this.#passGates(run, task && new SingleCall(task, onCalled));
    } finally {
      this.inHand.release(run.runId);
    }
  }

  /** One that cannot be claimed, or whose outcome cannot be committed, holds up no other; its error is thrown at the end. */
  async #executeTogether(deliveries: readonly RunDelivery[]): Promise<void> {
    const claims = await Promise.allSettled(deliveries.map((delivery) => this.#claim(delivery)));
    const claimed = claims.flatMap((claim) => (claim.status === 'fulfilled' ? (claim.value ?? []) : []));
    const seats = planCalls(claimed, this.#parts.registry);
    const executions = claimed.map((run) => this.#executeOne(run, seats.get(run)));
    const executed = await Promise.allSettled(executions);
    const failed = [...claims, ...executed].find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }

  /** What it gave is let go with its own commit, and not with the last one's of the list. */
  async #executeOne(run: ClaimedRun, seat: TaskCall | undefined): Promise<void> {
    try {
      await this.#passGates(run, seat);
    } finally {
      this.inHand.release(run.runId);
    }
  }

  #passGates(run: ClaimedRun, seat?: TaskCall): Promise<unknown> {
    return run.gates.length === 0 ? this.#carryOut(run, seat) : this.#holdGates(run, seat);
  }

  async #holdGates(run: ClaimedRun, seat?: TaskCall): Promise<void> {
    const { dispatcher } = this.#parts;
    // A rate counts the claim from when it is first looked at.
    const noted = dispatcher.admit(run.gates.filter(isRateGate));
    try {
      await this.#carryOut(run, seat);
    } finally {
      await noted;
      await dispatcher.admit(run.gates);
    }
  }

  #carryOut(run: ClaimedRun, seat: TaskCall | undefined): Promise<unknown> {
    const task = this.#parts.registry.find(run.taskId);
    // Another delivery of the run may have given this execution before.
    const isFirst = this.inHand.begin(run);
    if (task !== undefined && isFirst && !this.#draining) {
      return this.#perform(run, task, seat ?? new SingleCall(task));
    }
    seat?.skip();
    if (!isFirst) return Promise.resolve();
    if (this.#draining) return this.#committer.requeue(run, { reason: 'hand-back', delayMs: DRAINING_DELAY_MS });
    executionLogger(this.#parts.logger, run)().warn('this worker has no such task; the run is handed back');
    return this.#committer.requeue(run, { reason: 'hand-back', delayMs: UNKNOWN_TASK_DELAY_MS });
  }

  #perform(run: ClaimedRun, task: RegisteredTask, call: TaskCall): Promise<unknown> {
    const { services, store, dispatcher, logger } = this.#parts;
    const execution = new Execution({
      run,
      task,
      call,
      services: services.forTask(task),
      store,
      dispatcher,
      patience: this.#patience,
      late: this.#late,
      logger,
    });
    return inExecutionSpan(run, () => this.#settle(execution));
  }

  /** Gives a run that is in hand from then on; undefined: it was claimed before, or it is to wait at its gates first. */
  async #claim(asked: RunDelivery): Promise<ClaimedRun | undefined> {
    const [runId] = asked;
    await this.inHand.take(runId);
    let run: ClaimedRun | undefined;
    try {
      run = await this.#claimInHand(asked);
      return run;
    } finally {
      if (run === undefined) this.inHand.release(runId);
    }
  }

  async #claimInHand([runId, delivery]: RunDelivery): Promise<ClaimedRun | undefined> {
    const { store, workerId, renewLease, dispatcher } = this.#parts;
    let run: ClaimedRun | undefined;
    try {
      run = await store.claim(runId, delivery, workerId);
    } catch (error) {
      if (!(error instanceof NoLeaseError)) throw error;
      this.#leaseLosses += 1;
      await renewLease();
      run = await store.claim(runId, delivery, workerId);
    }
    if (run === undefined) await dispatcher.arrive(runId, delivery);
    return run;
  }

  async #settle(execution: Execution): Promise<Conclusion> {
    this.#active.add(execution);
    const unwatch = this.#watchdog.watch(execution);
    try {
      const outcome = await execution.begin();
      await execution.close();
      if (outcome.kind === 'given-up') this.#zombies.add(execution);
      const conclusion = await conclude(execution, outcome);
      await untilWritten(() => this.#committer.commit(execution, conclusion), {
        runId: execution.run.runId,
        patience: this.#patience,
        onRefused: (error) => execution.logger.error({ err: error }, 'what became of a run could not be written'),
        isEnding: () => this.#isGraceOver,
      });
      return conclusion;
    } finally {
      unwatch();
      this.#active.delete(execution);
    }
  }
}

/** Resolves when the promise has settled, or after this many milliseconds. */
async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, timeUp]);
  clearTimeout(timer);
}
