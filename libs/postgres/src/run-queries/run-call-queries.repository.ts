import type { ChildRun, RunCall } from '@millrace/contracts';
import type { Database } from '../database.js';
import { type CallRow, type ChildRow, READ_CALLS, READ_CHILDREN } from './read-calls.sql.js';
import { toRunSummary } from './run-summary.js';

/** A call, with the run it is of. */
export type CallOfRun = RunCall & { readonly runId: string };

/** A child, with the call it is of. */
export type ChildOfCall = ChildRun & { readonly parentSeq: number };

/** Reads the calls of runs, and the children of calls. */
export class RunCallQueries {
  constructor(private readonly database: Database) {}

  /** The first calls of each run whose place is after this one, by run and place; `most` in all. */
  async callsOf(runIds: readonly string[], after: number, limit: number, most = limit): Promise<CallOfRun[]> {
    const { rows } = await this.database.query<CallRow>(READ_CALLS, [runIds, after, limit, most]);
    return rows.map(toCall);
  }

  /** The first children of each call whose place is after this one, in order; `most` in all. */
  async childrenOf(
    calls: readonly { readonly runId: string; readonly seq: number }[],
    after: number,
    limit: number,
    most = limit,
  ): Promise<ChildOfCall[]> {
    const places = [calls.map(({ runId }) => runId), calls.map(({ seq }) => seq)];
    const { rows } = await this.database.query<ChildRow>(READ_CHILDREN, [...places, after, limit, most]);
    return rows.map((row) => {
      const { index, key, hasCalls, parentSeq } = row;
      return { ...toRunSummary(row), index, key, hasCalls, parentSeq };
    });
  }
}

function toCall({ taskId: task, children: total, pending: unfinished, failed, ...row }: CallRow): CallOfRun {
  return {
    ...row,
    task,
    openedAt: row.openedAt.toISOString(),
    doneAt: row.doneAt?.toISOString() ?? null,
    children: { total, unfinished, succeeded: total - unfinished - failed, unsuccessful: failed },
  };
}
