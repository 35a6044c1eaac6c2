import type { RunAttempt, RunFailure, RunStateName } from '@millrace/contracts';
import type { RunEntity } from './run.entity.js';

/**
 * One run with its attempts that were followed by another, and its children counted by state.
 * Input and result leave as the text that is stored, to the byte.
 */
export const READ_RUN = `/* run-queries.read */
SELECT
  id, task_id AS "taskId", queue, state, trigger, priority, attempt, max_attempts AS "maxAttempts",
  parent_id AS "parentId", root_id AS "rootId", worker_id AS "workerId",
  created_at AS "createdAt", due_at AS "dueAt", started_at AS "startedAt", finished_at AS "finishedAt",
  attempt_started_at AS "attemptStartedAt",
  input::text AS "inputJson", result::text AS "resultJson", error, progress, progress_note AS "progressNote",
  (
    SELECT coalesce(
      json_agg(
        json_build_object(
          'attempt', attempt, 'state', state, 'workerId', worker_id,
          'startedAt', started_at, 'finishedAt', finished_at, 'error', error
        ) ORDER BY attempt
      ), '[]'
    )
    FROM millrace.attempts WHERE run_id = runs.id
  ) AS "earlierAttempts",
  (
    SELECT coalesce(json_object_agg(state, n), '{}')
    FROM (SELECT state, count(*) AS n FROM millrace.runs AS child WHERE child.parent_id = runs.id GROUP BY state) AS counts
  ) AS children
FROM millrace.runs AS runs
WHERE id = $1`;

/** A row of `READ_RUN`. */
export interface ReadRunRow extends RunEntity {
  readonly workerId: string | null;
  readonly attemptStartedAt: Date | null;
  readonly inputJson: string;
  readonly resultJson: string | null;
  readonly error: RunFailure | null;
  readonly progress: number | null;
  readonly progressNote: string | null;
  readonly earlierAttempts: readonly RunAttempt[];
  readonly children: Partial<Record<RunStateName, number>>;
}
