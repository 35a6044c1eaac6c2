import { OUTCOME_STRIDE } from '@millrace/runs';

/**
 * Tells runs of their calls that are done: each outcome takes the next place in the run's own order, and a run that
 * waits is queued (R5 d). Locks runs before calls, as every verb does.
 */
export const WAKE_RUNS = `/* runs.wake */
WITH parents AS (
  SELECT id, wakes, state = 'waiting' AS waiting FROM millrace.runs AS run
  WHERE id = ANY ((SELECT $1::uuid[])::uuid[])
    AND EXISTS (
      SELECT FROM millrace.calls WHERE run_id = run.id AND done_at IS NOT NULL AND woken_at IS NULL
    )
  ORDER BY id
  FOR UPDATE OF run
), done AS (
  -- One that another process told its run of meanwhile is looked at again, and left out.
  SELECT run_id, seq, done_at FROM millrace.calls
  WHERE run_id = ANY (ARRAY(SELECT id FROM parents)) AND done_at IS NOT NULL AND woken_at IS NULL
  ORDER BY run_id, seq
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
