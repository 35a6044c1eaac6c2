import type { ChildCounts, RunAttempt, RunStateName } from '@millrace/contracts';
import { RUN_COLUMNS } from './run-columns.sql.js';
import type { RunEntity } from './run.entity.js';

/**
 * One run with its attempts that were followed by another, and its children counted: from the rows of its calls, which
 * the end of each child updates in its own transaction; by state only when they are few. Input and result leave as the
 * text that is stored, to the byte.
 */
export const READ_RUN = `/* run-queries.read */
SELECT
  ${RUN_COLUMNS}, run.worker_id AS "workerId", run.attempt_started_at AS "attemptStartedAt",
  run.input::text AS "inputJson", run.result::text AS "resultJson", run.error,
  run.progress, run.progress_note AS "progressNote",
  (
    SELECT coalesce(
      json_agg(
        json_build_object(
          'attempt', attempt, 'state', state, 'workerId', worker_id,
          'startedAt', started_at, 'finishedAt', finished_at, 'error', error
        ) ORDER BY attempt
      ), '[]'
    )
    FROM millrace.attempts WHERE run_id = run.id
  ) AS "earlierAttempts",
  json_build_object(
    'total', children.total, 'unfinished', children.unfinished,
    'succeeded', children.total - children.unfinished - children.unsuccessful, 'unsuccessful', children.unsuccessful
  ) AS children,
  CASE WHEN children.total <= $2::int THEN (
    SELECT coalesce(json_object_agg(state, n), '{}')
    FROM (SELECT state, count(*) AS n FROM millrace.runs AS child WHERE child.parent_id = run.id GROUP BY state) AS counts
  ) END AS "childrenByState"
FROM millrace.runs AS run
CROSS JOIN LATERAL (
  SELECT coalesce(sum(children), 0)::int AS total, coalesce(sum(pending), 0)::int AS unfinished,
         coalesce(sum(failed), 0)::int AS unsuccessful
  FROM millrace.calls WHERE run_id = run.id
) AS children
WHERE run.id = $1`;

/** A row of `READ_RUN`. */
export interface ReadRunRow extends RunEntity {
  readonly workerId: string | null;
  readonly attemptStartedAt: Date | null;
  readonly inputJson: string;
  readonly resultJson: string | null;
  readonly progress: number | null;
  readonly progressNote: string | null;
  readonly earlierAttempts: readonly RunAttempt[];
  readonly children: ChildCounts;
  readonly childrenByState: Partial<Record<RunStateName, number>> | null;
}
