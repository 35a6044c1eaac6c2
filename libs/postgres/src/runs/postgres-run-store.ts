import {
  type BatchedRun,
  type ChildOutcome,
  type ClaimedRun,
  type CreateOutcome,
  type Delivery,
  type ExecutionRef,
  type Fenced,
  type FinishedRun,
  type Gate,
  type IdempotencyClaim,
  type LogLine,
  type NewCall,
  type NewChild,
  type NewRun,
  type NewValue,
  type Requeue,
  type RunEnd,
  NoLeaseError,
  type RunStore,
} from '@millrace/runs';
import type { Database } from '../database.js';
import { GroupWriter } from '../group-writer.js';
import { PostgresRunLimits } from '../limits/postgres-run-limits.js';
import { appendLogs, type LogAppend } from './reports/append-logs.js';
import { type Claim, type ClaimAnswer, claimRuns, reclaimRuns } from './claims/claim-runs.js';
import { finishRuns } from './ends/finish-runs.js';
import { type Creation, insertRuns } from './creation/insert-runs.js';
import { addChildren, openCall } from './calls/open-calls.js';
import { CREATION_PATIENCE_MS, PostgresBatchCreation } from './creation/postgres-batch-creation.js';
import { type OutcomeRow, toOutcome } from './calls/outcome-row.js';
import { READ_FIRST_FAILURE, READ_OUTCOMES, SUM_RESULTS } from './calls/read-outcomes.sql.js';
import { recordValue, startRun } from './calls/record-values.js';
import { reopenChildren } from './retries/reopen-children.js';
import { type ProgressReport, reportProgress } from './reports/report-progress.js';
import { type Requeueing, requeueRuns } from './moves/requeue-runs.js';
import { suspendRuns, type Suspension } from './moves/suspend-runs.js';
import { untilTaken } from './until-taken.js';
import { wakeRuns } from './calls/wake-runs.js';

/** Runs in PostgreSQL. Writes of many runs go as one statement each; every caller waits for the commit with its own row. */
export class PostgresRunStore implements RunStore {
  readonly #database: Database;
  readonly #batches: PostgresBatchCreation;
  readonly #creations: GroupWriter<Creation, CreateOutcome>;
  readonly #claims: GroupWriter<Claim, ClaimAnswer>;
  readonly #suspensions: GroupWriter<Suspension, 'waiting' | Delivery | Fenced>;
  readonly #ends: GroupWriter<RunEnd, FinishedRun | Fenced>;
  readonly #requeueings: GroupWriter<Requeueing, Delivery | Fenced>;
  readonly #wakes: GroupWriter<string, Delivery | undefined>;
  readonly #logs: GroupWriter<LogAppend, undefined | Fenced>;
  readonly #progress: GroupWriter<ProgressReport, undefined | Fenced>;
  readonly #limits: PostgresRunLimits;

  constructor(database: Database) {
    this.#database = database;
    this.#batches = new PostgresBatchCreation(database);
    this.#limits = new PostgresRunLimits(database);
    this.#creations = new GroupWriter((items) => insertRuns(database, items), {
      sizeOf: ({ run }) => run.input.length,
      // Somebody waits at the other end of a request.
      patienceMs: CREATION_PATIENCE_MS,
    });
    this.#claims = new GroupWriter((items, again) => (again ? reclaimRuns : claimRuns)(database, items));
    this.#suspensions = new GroupWriter((items, again) => suspendRuns(database, items, again));
    this.#ends = new GroupWriter((items) => finishRuns(database, items), {
      sizeOf: (end) => (end.status === 'succeeded' ? end.result.length : JSON.stringify(end.error).length),
    });
    this.#requeueings = new GroupWriter((items, again) => requeueRuns(database, items, again));
    this.#wakes = new GroupWriter((items) => wakeRuns(database, items));
    this.#progress = new GroupWriter((items) => reportProgress(database, items));
    this.#logs = new GroupWriter((items) => appendLogs(database, items), {
      sizeOf: ({ lines }) =>
        lines.reduce((sum, { message, fields }) => sum + message.length + (fields?.length ?? 0), 0),
    });
  }

  create(run: NewRun, idempotency?: IdempotencyClaim): Promise<CreateOutcome> {
    if (run.deduplication === undefined) return this.#creations.submit({ run, idempotency });
    return this.#createUnlessDuplicate(run, idempotency);
  }

  async claim(runId: string, delivery: number, workerId: string): Promise<ClaimedRun | undefined> {
    const answer = await this.#claims.submit({ runId, delivery, workerId });
    if (answer instanceof NoLeaseError) throw answer;
    return answer;
  }

  async outcomes(runId: string, seq: number, from: number, limit: number): Promise<readonly ChildOutcome[]> {
    const { rows } = await untilTaken(() => this.#database.query<OutcomeRow>(READ_OUTCOMES, [runId, seq, from, limit]));
    return rows.map(toOutcome);
  }

  async firstFailure(runId: string, seq: number): Promise<ChildOutcome | undefined> {
    const { rows } = await untilTaken(() => this.#database.query<OutcomeRow>(READ_FIRST_FAILURE, [runId, seq]));
    return rows[0] && toOutcome(rows[0]);
  }

  openCall(execution: ExecutionRef, call: NewCall, children: readonly NewChild[]) {
    return untilTaken(() => openCall(this.#database, execution, call, children));
  }

  addChildren(
    execution: ExecutionRef,
    call: Pick<NewCall, 'seq' | 'taskId'>,
    children: readonly NewChild[],
    seals: boolean,
  ) {
    return untilTaken(() => addChildren(this.#database, execution, call, children, seals));
  }

  reopenChildren(execution: ExecutionRef, seq: number, from: number, limit: number) {
    return untilTaken(() =>
      this.#database.transaction((transaction) => reopenChildren(transaction, execution, seq, from, limit)),
    );
  }

  async resultBytes(runId: string, seq: number): Promise<number> {
    const { rows } = await untilTaken(() => this.#database.query<{ bytes: number }>(SUM_RESULTS, [runId, seq]));
    return rows[0]?.bytes ?? 0;
  }

  recordValue(execution: ExecutionRef, value: NewValue) {
    return untilTaken(() => recordValue(this.#database, execution, value));
  }

  startRun(execution: ExecutionRef, value: NewValue, run: NewRun) {
    return untilTaken(() => startRun(this.#database, execution, value, run));
  }

  suspend({ runId, epoch }: ExecutionRef, seen: number, executedMs = 0) {
    return this.#suspensions.submit({ runId, epoch, seen, executedMs });
  }

  finish(end: RunEnd) {
    return this.#ends.submit(end);
  }

  requeue(execution: ExecutionRef, requeue: Requeue) {
    return this.#requeueings.submit({ execution, requeue });
  }

  arrive(runId: string, delivery: number) {
    return this.#limits.arrive(runId, delivery);
  }

  admit(gate: Gate) {
    return this.#limits.admit(gate);
  }

  waitedAt(after: Gate | undefined, limit: number) {
    return this.#limits.waitedAt(after, limit);
  }

  wake(runId: string) {
    return this.#wakes.submit(runId);
  }

  appendLogs(execution: ExecutionRef, lines: readonly LogLine[]) {
    return this.#logs.submit({ execution, lines });
  }

  reportProgress({ runId, epoch }: ExecutionRef, fraction: number, note: string | undefined) {
    return this.#progress.submit({ runId, epoch, fraction, note });
  }

  /** By itself: a grouped write would hold the other creations up behind somebody else's key. */
  async #createUnlessDuplicate(run: NewRun, idempotency: IdempotencyClaim | undefined): Promise<CreateOutcome> {
    const outcome = await this.#batches.createWithin(run.taskId, [run], idempotency);
    if (outcome.status === 'key-conflict') return { status: 'key-conflict', runId: outcome.runIds[0] };
    const { runId, delivery } = outcome.runs[0] as BatchedRun;
    return delivery === undefined ? { status: 'existing', runId } : { status: 'created', delivery };
  }
}
