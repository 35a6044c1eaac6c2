import { type Backoff, type CallRecord, type ClaimedRun, type Gate, NoLeaseError } from '@millrace/runs';
import type { StepFailure } from '@millrace/sdk';
import type { SqlExecutor } from '../../database.js';
import { isPassing } from '../../sql-state.js';
import { untilAnswered } from '../../until-answered.js';
import { CLAIM_RUNS, FIND_LEASE, FIND_OWN_CLAIMS, READ_RECORDS, UNDO_CLAIMS } from './claim-runs.sql.js';
import { type OutcomeRow, toOutcome } from '../calls/outcome-row.js';

export interface Claim {
  readonly runId: string;
  readonly delivery: number;
  readonly workerId: string;
}

interface ClaimedRow {
  readonly id: string;
  readonly epoch: number;
  readonly task_id: string;
  readonly queue: string;
  readonly delivery: number;
  readonly attempt: number;
  readonly first_attempt: number;
  readonly max_attempts: number;
  readonly backoff: Backoff | null;
  readonly root_id: string;
  readonly gates: readonly Gate[] | null;
  readonly input: unknown;
  readonly wakes: number;
  readonly logged_wakes: number | null;
  readonly executed_ms: number;
  readonly deadline_in_ms: number | null;
  readonly memo_from: number | null;
  readonly queued_ms: number;
  readonly trace: string | null;
}

/** A call as JSON has it: null where there is nothing. */
type StoredCall = Omit<CallRecord, 'key' | 'outcomeSeq' | 'taskId' | 'outcome' | 'error'> & {
  readonly key: string | null;
  readonly outcomeSeq: number | null;
  readonly taskId: string | null;
  readonly outcome: OutcomeRow | null;
  readonly error: StepFailure | null;
};

interface RecordRow {
  readonly run_id: string;
  readonly last_log: number;
  readonly value_bytes: number;
  readonly calls: readonly StoredCall[];
}

/** An error: the worker must renew its lease first; undefined: the run is not to be had. */
export type ClaimAnswer = ClaimedRun | NoLeaseError | undefined;

/** Claims runs for one worker, the same for all of them, in one statement. */
export async function claimRuns(executor: SqlExecutor, claims: readonly Claim[]): Promise<ClaimAnswer[]> {
  const workerId = claims[0]?.workerId;
  const { rows } = await executor.query<ClaimedRow>(CLAIM_RUNS, [...columns(claims), workerId]);
  return answer(executor, claims, rows);
}

/**
 * Claims again after a COMMIT whose outcome was unknown: what that one claimed is this worker's already. So is what it executes
 * of a delivery that came twice, which is not told apart here.
 */
export async function reclaimRuns(executor: SqlExecutor, claims: readonly Claim[]): Promise<ClaimAnswer[]> {
  const workerId = claims[0]?.workerId;
  const { rows: own } = await executor.query<ClaimedRow>(FIND_OWN_CLAIMS, [...columns(claims), workerId]);
  const { rows } = await executor.query<ClaimedRow>(CLAIM_RUNS, [...columns(claims), workerId]);
  return answer(executor, claims, rows, own);
}

function columns(claims: readonly Claim[]): [string[], number[]] {
  return [claims.map(({ runId }) => runId), claims.map(({ delivery }) => delivery)];
}

/**
 * Answers each claim by the row that it claimed; when what more it takes cannot be read, nothing of that stays claimed. What was
 * this worker's before does: it may be executing it. If it is not, its sweep hands it back.
 */
async function answer(
  executor: SqlExecutor,
  claims: readonly Claim[],
  rows: readonly ClaimedRow[],
  own: readonly ClaimedRow[] = [],
): Promise<ClaimAnswer[]> {
  try {
    return await read(executor, claims, [...own, ...rows]);
  } catch (error) {
    // While the server is away nothing is lost: the claim is sent again, and finds what it has claimed.
    if (isPassing(error)) throw error;
    const made = [rows.map(({ id }) => id), rows.map(({ epoch }) => epoch)];
    // Until it is answered: the claim must not find, and have executed, what an undoing of unknown outcome is about to take back.
    await untilAnswered(() => executor.query(UNDO_CLAIMS, made));
    throw error;
  }
}

async function read(
  executor: SqlExecutor,
  claims: readonly Claim[],
  rows: readonly ClaimedRow[],
): Promise<ClaimAnswer[]> {
  const executedBefore = rows.filter(({ epoch }) => epoch > 1).map(({ id }) => id);
  const records = new Map<string, RecordRow>();
  if (executedBefore.length > 0) {
    const { rows: recordRows } = await executor.query<RecordRow>(READ_RECORDS, [executedBefore]);
    for (const row of recordRows) records.set(row.run_id, row);
  }
  const notClaimed = rows.length < claims.length ? await whyNot(executor, claims[0]?.workerId ?? '') : undefined;
  const claimed = new Map(rows.map((row) => [row.id, toClaimedRun(row, records.get(row.id))]));
  return claims.map(({ runId }) => {
    const run = claimed.get(runId) ?? notClaimed;
    // One execution a claim, however often the batch asks for the run.
    claimed.delete(runId);
    return run;
  });
}

async function whyNot(executor: SqlExecutor, workerId: string): Promise<NoLeaseError | undefined> {
  const { rowCount } = await executor.query(FIND_LEASE, [workerId]);
  return rowCount === 0 ? new NoLeaseError(workerId) : undefined;
}

function toClaimedRun(row: ClaimedRow, record: RecordRow | undefined): ClaimedRun {
  return {
    runId: row.id,
    epoch: row.epoch,
    taskId: row.task_id,
    queue: row.queue,
    delivery: row.delivery,
    attempt: row.attempt,
    firstAttempt: row.first_attempt,
    maxAttempts: row.max_attempts,
    backoff: row.backoff ?? undefined,
    rootId: row.root_id,
    gates: row.gates ?? [],
    input: row.input,
    executedMs: row.executed_ms,
    deadlineInMs: row.deadline_in_ms ?? undefined,
    queuedMs: row.queued_ms,
    trace: row.trace ?? undefined,
    wakes: row.wakes,
    lastLog: record?.last_log ?? 0,
    loggedWakes: row.logged_wakes ?? undefined,
    memoFrom: row.memo_from ?? undefined,
    recordBytes: record?.value_bytes ?? 0,
    record: (record?.calls ?? []).map((call) => ({
      ...call,
      key: call.key ?? undefined,
      outcomeSeq: call.outcomeSeq ?? undefined,
      taskId: call.taskId ?? undefined,
      value: call.value ?? undefined,
      error: call.error ?? undefined,
      outcome: call.outcome === null ? undefined : toOutcome(call.outcome),
    })),
  };
}
