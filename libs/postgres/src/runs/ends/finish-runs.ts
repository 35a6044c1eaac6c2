import {
  type EndedRuns,
  type ExecutionRef,
  FENCED,
  type Fenced,
  type FinishedRun,
  type RunEnd,
  RunState,
  type TerminalState,
} from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { ByExecution, type ExecutionRow } from '../by-execution.js';
import { FIND_OWN_ENDS, FINISH_RUNS } from './finish-runs.sql.js';

/** A run that a statement has ended. */
export interface EndRow extends ExecutionRow {
  readonly parent_to_wake: string | null;
}

/**
 * Ends a run as the last statement of a service's own transaction (R14). `FENCED`: the execution has lost its run, and
 * the transaction must ROLLBACK.
 */
export async function finishRun(executor: SqlExecutor, end: RunEnd): Promise<FinishedRun | Fenced> {
  const [finished] = await finishTogether(executor, [end]);
  return finished ?? FENCED;
}

/** The same for several runs, whose services share the transaction: one that is `FENCED` rolls all of it back. */
export async function finishTogether(
  executor: SqlExecutor,
  ends: readonly RunEnd[],
): Promise<readonly (FinishedRun | Fenced)[]> {
  const { rows } = await executor.query<EndRow>(FINISH_RUNS, columns(ends));
  return answersOf(ends, rows);
}

/**
 * Ends runs in one statement. A run already ended by its own execution is answered as ended; of those with a ticket that is
 * nearly every one, so that it is asked before anything is written for them.
 */
export async function finishRuns(executor: SqlExecutor, ends: readonly RunEnd[]): Promise<(FinishedRun | Fenced)[]> {
  const states = [RunState.succeeded, RunState.failed] as const;
  const before = await ownEnds(
    executor,
    ends.filter(({ ticketed }) => ticketed === true),
    states,
  );
  const ended = new ByExecution(before);
  const open = ends.filter((end) => ended.of(end) === undefined);
  const now = open.length === 0 ? [] : (await executor.query<EndRow>(FINISH_RUNS, columns(open))).rows;
  return answerEnds(executor, ends, [...before, ...now], states);
}

/** Answers each execution by the row of its end, made now or, in one of these states, before. */
export async function answerEnds(
  executor: SqlExecutor,
  executions: readonly ExecutionRef[],
  rows: readonly EndRow[],
  states: readonly TerminalState[],
): Promise<(FinishedRun | Fenced)[]> {
  const ended = new ByExecution(rows);
  const missing = executions.filter((execution) => ended.of(execution) === undefined);
  return answersOf(executions, [...rows, ...(await ownEnds(executor, missing, states))]);
}

function answersOf(executions: readonly ExecutionRef[], rows: readonly EndRow[]): (FinishedRun | Fenced)[] {
  const ended = new ByExecution(rows);
  return executions.map((execution) => {
    const row = ended.of(execution);
    return row === undefined ? FENCED : { parentToWake: row.parent_to_wake ?? undefined };
  });
}

/** Those of these executions that have ended their runs in one of these states. */
async function ownEnds(
  executor: SqlExecutor,
  executions: readonly ExecutionRef[],
  states: readonly TerminalState[],
): Promise<readonly EndRow[]> {
  if (executions.length === 0) return [];
  const own = [executions.map(({ runId }) => runId), executions.map(({ epoch }) => epoch), states];
  return (await executor.query<EndRow>(FIND_OWN_ENDS, own)).rows;
}

/** What a statement that looks for runs to end has ended. */
export function toEndedRuns(rows: readonly EndRow[]): EndedRuns {
  const parents = rows.map(({ parent_to_wake }) => parent_to_wake).filter((parent) => parent !== null);
  return { count: rows.length, parentsToWake: [...new Set(parents)] };
}

function columns(ends: readonly RunEnd[]): unknown[][] {
  return [
    ends.map(({ runId }) => runId),
    ends.map(({ epoch }) => epoch),
    ends.map(({ status }) => status),
    ends.map((end) => (end.status === 'succeeded' ? end.result : null)),
    ends.map((end) => (end.status === 'failed' ? JSON.stringify(end.error) : null)),
    ends.map(({ childless }) => childless === true),
  ];
}
