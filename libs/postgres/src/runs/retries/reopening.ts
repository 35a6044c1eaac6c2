import { type Delivery, RunState, TOO_EARLY, type TooEarly } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { type DeliveryRow, toDelivery } from '../delivery-row.js';
import {
  FIND_UNFINISHED_BELOW,
  LIFT_MARKS,
  LOCK_CALLS,
  LOCK_MARKS,
  LOCK_RUNS,
  REOPEN_CALLS,
  REOPEN_RUNS,
} from './reopen-runs.sql.js';

/** A call of a run. */
export interface CallRef {
  readonly runId: string;
  readonly seq: number;
}

export interface LockedMark {
  readonly run_id: string;
  readonly seq: number | null;
}

export interface LockedRun {
  readonly id: string;
  readonly state: RunState;
  readonly epoch: number;
  readonly attempt: number;
  readonly root_id: string;
}

export interface LockedCall {
  readonly run_id: string;
  readonly seq: number;
  readonly attempt: number;
  readonly failed: number;
  readonly told: boolean;
  readonly sealed: boolean;
}

/**
 * What a retry and a replay do to runs that have ended, in one transaction (R6). Locks are taken in this order: marks,
 * runs by id, calls by run and number.
 */
export class Reopening {
  constructor(private readonly transaction: SqlExecutor) {}

  async lockMarks(runIds: readonly string[]): Promise<readonly LockedMark[]> {
    return (await this.transaction.query<LockedMark>(LOCK_MARKS, [runIds])).rows;
  }

  async lockRuns(runIds: readonly string[]): Promise<ReadonlyMap<string, LockedRun>> {
    const { rows } = await this.transaction.query<LockedRun>(LOCK_RUNS, [runIds]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** All calls of these runs, and these calls of others. */
  async lockCalls(runIds: readonly string[], calls: readonly CallRef[]): Promise<readonly LockedCall[]> {
    const others = [calls.map(({ runId }) => runId), calls.map(({ seq }) => seq)];
    return (await this.transaction.query<LockedCall>(LOCK_CALLS, [runIds, ...others])).rows;
  }

  /** Lifts the marks of these runs, and of a call, if their cancellation is complete: nothing below has not ended. */
  async liftMarks(rootId: string, runIds: readonly string[], call?: CallRef): Promise<undefined | TooEarly> {
    const params = [runIds, call?.runId ?? null, call?.seq ?? null];
    const { rowCount } = await this.transaction.query(FIND_UNFINISHED_BELOW, [rootId, ...params]);
    if (rowCount > 0) return TOO_EARLY;
    await this.transaction.query(LIFT_MARKS, params);
    return undefined;
  }

  /** Gives the deliveries of those that are queued. */
  async reopenRuns(runs: readonly { readonly id: string; readonly to: 'queued' | 'waiting' }[]): Promise<Delivery[]> {
    const params = [runs.map(({ id }) => id), runs.map(({ to }) => to)];
    const { rows } = await this.transaction.query<DeliveryRow & { state: RunState }>(REOPEN_RUNS, params);
    return rows.filter(({ state }) => state === RunState.queued).map(toDelivery);
  }

  /** `complete`: no failure of the call is left from before, as far as is known. */
  async reopenCalls(calls: readonly (CallRef & { readonly children: number; readonly complete: boolean })[]) {
    await this.transaction.query(REOPEN_CALLS, [
      calls.map(({ runId }) => runId),
      calls.map(({ seq }) => seq),
      calls.map(({ children }) => children),
      calls.map(({ complete }) => complete),
    ]);
  }
}
