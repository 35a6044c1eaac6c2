import { OUTCOME_STRIDE } from '@millrace/runs';

/**
 * Tells runs of their calls that are done: each outcome takes the next place in the run's own order, and a run that
 * waits is queued (R5 d). A call that another process is telling of right now is skipped.
 */
export const WAKE_RUNS = `/* runs.wake */
WITH done AS (
  SELECT run_id, seq, done_at FROM millrace.calls
  WHERE run_id = ANY ($1::uuid[]) AND done_at IS NOT NULL AND woken_at IS NULL
  ORDER BY run_id, seq
  FOR UPDATE SKIP LOCKED
), parents AS (
  SELECT id, wakes, state = 'waiting' AS waiting FROM millrace.runs
  WHERE id IN (SELECT run_id FROM done)
  ORDER BY id
  FOR UPDATE
), told AS (
  UPDATE millrace.calls AS call
  SET woken_at = clock_timestamp(), outcome_seq = ordered.place
  FROM (
    SELECT done.run_id, done.seq,
           -- Room below each place for outcomes that the run records itself.
           (parents.wakes + row_number() OVER (PARTITION BY done.run_id ORDER BY done.done_at, done.seq)) * ${OUTCOME_STRIDE} AS place
    FROM done JOIN parents ON parents.id = done.run_id
  ) AS ordered
  WHERE call.run_id = ordered.run_id AND call.seq = ordered.seq
)
UPDATE millrace.runs AS run
SET wakes = run.wakes + outcomes.n,
    state = CASE WHEN parents.waiting THEN 'queued' ELSE run.state END,
    delivery = run.delivery + parents.waiting::int,
    queued_at = CASE WHEN parents.waiting THEN clock_timestamp() ELSE run.queued_at END
FROM parents
JOIN (SELECT run_id, count(*)::int AS n FROM done GROUP BY run_id) AS outcomes ON outcomes.run_id = parents.id
WHERE run.id = parents.id AND run.finished_at IS NULL
RETURNING run.id, parents.waiting, run.task_id, run.queue, run.delivery, run.priority, run.due_at`;
