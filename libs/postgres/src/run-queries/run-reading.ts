import { RunStateName, type RunAttempt, type RunDetail } from '@millrace/contracts';
import type { ReadRunRow } from './read-run.sql.js';
import { toRunSummary } from './run-summary.js';

/** One run as stored: what is large stays JSON text, so that it is neither parsed nor written again on its way out. */
export interface RunReading {
  readonly run: Omit<RunDetail, 'input' | 'result'>;
  readonly inputJson: string;
  readonly resultJson: string | null;
}

/** A row of `READ_RUN` as a reading. */
export function toRunReading(row: ReadRunRow): RunReading {
  const run = {
    ...toRunSummary(row),
    error: row.error,
    progress: row.progress === null ? null : { fraction: row.progress, note: row.progressNote },
    attempts: [...row.earlierAttempts.map(withUtcTimes), ...latestAttempt(row)],
    children: { ...row.children, byState: row.childrenByState && countsOfEveryState(row.childrenByState) },
  };
  return { run, inputJson: row.inputJson, resultJson: row.resultJson };
}

/** PostgreSQL writes times inside JSON in the session's zone, with microseconds. */
function withUtcTimes(attempt: RunAttempt): RunAttempt {
  const { startedAt, finishedAt } = attempt;
  return {
    ...attempt,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
  };
}

/** The latest attempt stands in the run's own row; there is none before a worker has taken it. */
function latestAttempt(row: ReadRunRow): RunAttempt[] {
  if (row.attemptStartedAt === null) return [];
  return [
    {
      attempt: row.attempt,
      state: row.state,
      workerId: row.workerId,
      startedAt: row.attemptStartedAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
      error: row.error,
    },
  ];
}

type StateCounts = NonNullable<RunDetail['children']['byState']>;

function countsOfEveryState(counts: NonNullable<ReadRunRow['childrenByState']>): StateCounts {
  const none = Object.fromEntries(RunStateName.options.map((state) => [state, 0])) as StateCounts;
  return { ...none, ...counts };
}
