import { BATCH_SCOPE, type BatchCreation, type BatchedRun, type BatchOutcome } from '../store/batch-creation.port.js';
import { type ChildOutcome, OUTCOME_STRIDE } from '../store/call.js';
import type { ClaimedRun, ExecutionRef } from '../store/claimed-run.js';
import type { Delivery } from '../store/delivery.js';
import type { Gate } from '../limits/gate.js';
import { InMemoryCancellation } from './in-memory-cancellation.js';
import { InMemoryDeadlines } from './in-memory-deadlines.js';
import { InMemoryKeys } from './in-memory-keys.js';
import { InMemoryRetries } from './in-memory-retries.js';
import { InMemoryRunLimits } from './in-memory-run-limits.js';
import {
  beginAttempt,
  countOff,
  moveRun,
  queueAgain,
  type StoredCall,
  type StoredRun,
  storeRun,
  toDelivery,
  toOutcome,
} from './in-memory-run.js';
import { InMemoryWorkerRuns } from './in-memory-worker-runs.js';
import type { NewCall, NewChild, NewValue } from '../store/new-call.js';
import type { CreateOutcome, IdempotencyClaim, NewRun } from '../store/new-run.js';
import type { Admission, TaskLimits } from '../limits/run-limits.port.js';
import { isTerminal, RunState } from '../state/run-state.js';
import {
  FENCED,
  type Fenced,
  type FinishedRun,
  type LogLine,
  type Requeue,
  type RunEnd,
  type RunStore,
} from '../store/run-store.port.js';

/** Runs in this process's memory, for specs: the same promises as in PostgreSQL, and no commit to wait for. */
export class InMemoryRunStore implements RunStore, BatchCreation {
  readonly #runs = new Map<string, StoredRun>();
  readonly #keys = new InMemoryKeys();
  readonly cancellation = new InMemoryCancellation(this.#runs);
  readonly retries = new InMemoryRetries(this.#runs, this.#keys, this.cancellation);
  readonly deadlines = new InMemoryDeadlines(this.#runs, this.cancellation);
  readonly workerRuns = new InMemoryWorkerRuns(this.#runs);
  readonly #limits: InMemoryRunLimits;

  /** @param inForce the limits of tasks, by task; looked at anew each time */
  constructor(inForce: ReadonlyMap<string, TaskLimits> = new Map()) {
    this.#limits = new InMemoryRunLimits((runId) => this.#runs.get(runId), inForce);
  }

  /** A run's state, for a spec to look at. */
  peek(runId: string) {
    const { taskId, state, attempt, attempts, result, error, logs, epoch, calls, progress } = this.#get(runId);
    return { taskId, state, attempt, attempts, result, error, logs, epoch, calls, progress };
  }

  /** The ids of all runs, for a spec to look at. */
  ids(): string[] {
    return [...this.#runs.keys()];
  }

  async create(run: NewRun, idempotency?: IdempotencyClaim): Promise<CreateOutcome> {
    const outcome = this.#createAll([run], run.taskId, idempotency);
    if (outcome.status === 'key-conflict') return { status: 'key-conflict', runId: outcome.runIds[0] };
    const { runId, delivery } = outcome.runs[0] as BatchedRun;
    return delivery === undefined ? { status: 'existing', runId } : { status: 'created', delivery };
  }

  async createAll(runs: readonly NewRun[], idempotency?: IdempotencyClaim): Promise<BatchOutcome> {
    return this.#createAll(runs, BATCH_SCOPE, idempotency);
  }

  async claim(runId: string, delivery: number, workerId: string): Promise<ClaimedRun | undefined> {
    const run = this.#runs.get(runId);
    if (run?.state !== RunState.queued || run.delivery !== delivery || this.cancellation.covers(run)) return undefined;
    if (run.gates !== undefined && run.admitted !== delivery) return undefined;
    moveRun(run, 'claim', RunState.running);
    Object.assign(run, { epoch: run.epoch + 1, workerId });
    const { epoch, taskId, queue, attempt, firstAttempt, maxAttempts, backoff, rootId, wakes } = run;
    const { gates = [] } = run;
    return {
      ...{ runId, epoch, taskId, queue, delivery, attempt, firstAttempt, maxAttempts, backoff, rootId, wakes, gates },
      executedMs: run.executedMs,
      queuedMs: Math.max(0, Date.now() - run.dueAt.getTime()),
      trace: run.trace,
      deadlineInMs: run.deadlineAt && run.deadlineAt.getTime() - Date.now(),
      input: JSON.parse(run.input) as unknown,
      lastLog: run.logs.length,
      loggedWakes: run.loggedWakes,
      memoFrom: run.memoFrom,
      record: run.calls.map(({ pending: _pending, concurrency: _concurrency, ...call }) => call),
      recordBytes: run.calls.reduce(
        (sum, { value }) => sum + (value === undefined ? 0 : JSON.stringify(value).length),
        0,
      ),
    };
  }

  async outcomes(runId: string, seq: number, from: number, limit: number): Promise<readonly ChildOutcome[]> {
    const page = this.#childrenOf(runId, seq).slice(from, from + limit);
    return page.map(toOutcome);
  }

  async firstFailure(runId: string, seq: number): Promise<ChildOutcome | undefined> {
    const unsuccessful = this.#childrenOf(runId, seq).filter(({ state }) => isTerminal(state) && state !== 'succeeded');
    const failed = unsuccessful.filter(({ state }) => state === RunState.failed);
    const [first] = (failed.length > 0 ? failed : unsuccessful).sort((a, b) => a.endedAt - b.endedAt);
    return first && toOutcome(first);
  }

  async openCall(
    execution: ExecutionRef,
    { children: count, concurrency, ...asked }: NewCall,
    children: readonly NewChild[],
  ) {
    const run = this.#unmarked(execution);
    if (run === undefined) return FENCED;
    const none = { sealed: false, created: 0, failed: 0, outcomeSeq: undefined, value: undefined };
    const call = { ...asked, ...none, concurrency, children: count, pending: count, attempt: run.attempt };
    run.calls.push(call);
    return this.#addTo(run, call, asked.taskId, children, children.length === count);
  }

  async addChildren(
    execution: ExecutionRef,
    { seq, taskId }: Pick<NewCall, 'seq' | 'taskId'>,
    children: readonly NewChild[],
    seals: boolean,
  ) {
    const run = this.#unmarked(execution);
    const call = run?.calls.find((open) => open.seq === seq);
    return run === undefined || call === undefined ? FENCED : this.#addTo(run, call, taskId, children, seals);
  }

  async reopenChildren(execution: ExecutionRef, seq: number, from: number, limit: number) {
    const run = this.#owned(execution);
    const call = run?.calls.find((known) => known.seq === seq);
    if (run === undefined || call === undefined) return FENCED;
    return this.retries.reopenChildren(run, call, this.#childrenOf(run.id, seq), { from, limit });
  }

  async resultBytes(runId: string, seq: number): Promise<number> {
    const outcomes = this.#childrenOf(runId, seq).map(({ result, error }) => JSON.stringify(result ?? error ?? null));
    return outcomes.reduce((sum, outcome) => sum + outcome.length, 0);
  }

  async recordValue(execution: ExecutionRef, { value, ...call }: NewValue): Promise<undefined | Fenced> {
    const run = this.#unmarked(execution);
    if (run === undefined) return FENCED;
    const parsed = value === undefined ? undefined : (JSON.parse(value) as unknown);
    const none = { children: 0, created: 0, sealed: true, pending: 0, failed: 0, concurrency: undefined };
    const recorded = { ...call, ...none, value: parsed, attempt: run.attempt };
    const isNext = call.seq > (run.calls.at(-1)?.seq ?? -1);
    const before = isNext ? -1 : run.calls.findIndex(({ seq }) => seq === call.seq);
    if (before < 0) run.calls.push(recorded);
    else run.calls[before] = recorded;
    return undefined;
  }

  async startRun(execution: ExecutionRef, value: NewValue, run: NewRun): Promise<Delivery | Fenced> {
    if ((await this.recordValue(execution, value)) === FENCED) return FENCED;
    return this.#insert(run, run.id, undefined);
  }

  async suspend(execution: ExecutionRef, seen: number, executedMs = 0): Promise<'waiting' | Delivery | Fenced> {
    const run = this.#owned(execution);
    if (run === undefined) return FENCED;
    run.loggedWakes = seen;
    run.executedMs += executedMs;
    if (run.wakes > seen) return queueAgain(run, 'suspend');
    moveRun(run, 'suspend', RunState.waiting);
    return 'waiting';
  }

  async finish(end: RunEnd): Promise<FinishedRun | Fenced> {
    const run = this.#owned(end);
    if (run === undefined) return this.#endedBy(end) ? { parentToWake: undefined } : FENCED;
    moveRun(run, 'finish', end.status);
    if (end.status === 'succeeded') run.result = JSON.parse(end.result);
    else run.error = end.error;
    const finished = countOff(run);
    this.cancellation.markAfter(run);
    return finished;
  }

  async requeue(execution: ExecutionRef, requeue: Requeue): Promise<Delivery | Fenced> {
    const run = this.#owned(execution);
    if (run === undefined) return FENCED;
    if (requeue.reason === 'retry' || requeue.reason === 'lost') {
      beginAttempt(run, requeue.reason === 'lost' ? 'lost' : RunState.failed, requeue.error);
    } else {
      run.executedMs += requeue.executedMs ?? 0;
    }
    run.dueAt = new Date(Date.now() + requeue.delayMs);
    return queueAgain(run, 'requeue');
  }

  arrive(runId: string, delivery: number): Promise<Gate | undefined> {
    return this.#limits.arrive(runId, delivery);
  }

  admit(gate: Gate): Promise<Admission> {
    return this.#limits.admit(gate);
  }

  waitedAt(after: Gate | undefined, limit: number): Promise<readonly Gate[]> {
    return this.#limits.waitedAt(after, limit);
  }

  async wake(runId: string): Promise<Delivery | undefined> {
    const run = this.#get(runId);
    for (const call of run.calls) {
      if (call.pending > 0 || call.outcomeSeq !== undefined) continue;
      run.wakes += 1;
      call.outcomeSeq = run.wakes * OUTCOME_STRIDE;
    }
    return run.state === RunState.waiting ? queueAgain(run, 'wake') : undefined;
  }

  async appendLogs(execution: ExecutionRef, lines: readonly LogLine[]): Promise<undefined | Fenced> {
    if (this.#hasLost(execution)) return FENCED;
    this.#get(execution.runId).logs.push(...lines);
    return undefined;
  }

  async reportProgress(
    execution: ExecutionRef,
    fraction: number,
    note: string | undefined,
  ): Promise<undefined | Fenced> {
    if (this.#hasLost(execution)) return FENCED;
    const run = this.#owned(execution);
    if (run !== undefined) run.progress = { fraction, note };
    return undefined;
  }

  /** Whether the run goes on without this execution. */
  #hasLost({ runId, epoch }: ExecutionRef): boolean {
    const run = this.#get(runId);
    return run.epoch !== epoch || run.state === RunState.queued || run.state === RunState.waiting;
  }

  #createAll(runs: readonly NewRun[], scope: string, claim: IdempotencyClaim | undefined): BatchOutcome {
    const once = this.#keys.once(scope, claim, () => runs.map((run) => this.#createOne(run)));
    if (once.status === 'key-conflict') {
      return { status: 'key-conflict', runIds: (once.answer ?? []).map(({ runId }) => runId) };
    }
    const made = once.answer.map((run) => (once.status === 'repeated' ? { ...run, delivery: undefined } : run));
    return { status: 'accepted', runs: made };
  }

  #createOne(run: NewRun): BatchedRun {
    const holder = this.#keys.holderInsteadOf(run, (id) => !isTerminal(this.#get(id).state));
    if (holder !== undefined) return { runId: holder, delivery: undefined };
    return { runId: run.id, delivery: this.#insert(run, run.id, undefined) };
  }

  #get(runId: string): StoredRun {
    const run = this.#runs.get(runId);
    if (run === undefined) throw new Error(`no run ${runId}`);
    return run;
  }

  #owned({ runId, epoch }: ExecutionRef): StoredRun | undefined {
    const run = this.#runs.get(runId);
    return run?.epoch === epoch && run.state === RunState.running ? run : undefined;
  }

  #unmarked(execution: ExecutionRef): StoredRun | undefined {
    const run = this.#owned(execution);
    return run !== undefined && this.cancellation.covers(run) ? undefined : run;
  }

  #endedBy({ runId, epoch }: ExecutionRef): boolean {
    const run = this.#runs.get(runId);
    return run?.epoch === epoch && isTerminal(run.state) && run.state !== RunState.cancelled;
  }

  #insert(run: NewRun, rootId: string, parent: StoredRun['parent']): Delivery {
    const stored = storeRun(run, rootId, parent);
    this.#runs.set(run.id, stored);
    const gate = run.dueAt === undefined ? this.#limits.place(stored) : undefined;
    return gate === undefined ? toDelivery(stored) : { ...toDelivery(stored), gate };
  }

  #addTo(run: StoredRun, call: StoredCall, taskId: string, children: readonly NewChild[], seals: boolean): Delivery[] {
    call.created += children.length;
    call.sealed = seals;
    return children.map(({ index, ...child }) =>
      this.#insert({ ...child, taskId, trigger: 'call' }, run.rootId, { run, call, index }),
    );
  }

  #childrenOf(runId: string, seq: number): StoredRun[] {
    return [...this.#runs.values()]
      .filter(({ parent }) => parent?.run.id === runId && parent.call.seq === seq)
      .sort((a, b) => (a.parent?.index ?? 0) - (b.parent?.index ?? 0));
  }
}
