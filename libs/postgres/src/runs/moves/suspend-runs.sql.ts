/** `running` -> `waiting`, or straight back to `queued` when an outcome came after the claim was made (R5 b). */
export const SUSPEND_RUNS = `/* runs.suspend */
WITH suspending AS (
  SELECT run.id, execution.seen, execution.executed_ms, run.wakes > execution.seen AS woken
  FROM (
    SELECT * FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[]), (SELECT $3::int[]), (SELECT $4::float8[]))
      AS execution (run_id, epoch, seen, executed_ms)
    ORDER BY run_id
  ) AS execution
  JOIN LATERAL (
    SELECT id, wakes FROM millrace.runs AS run
    WHERE run.id = execution.run_id AND run.epoch = execution.epoch AND run.state = 'running'
    FOR UPDATE
  ) AS run ON run.id = execution.run_id
)
UPDATE millrace.runs AS run
SET state = CASE WHEN woken THEN 'queued' ELSE 'waiting' END,
    logged_wakes = seen,
    executed_ms = run.executed_ms + suspending.executed_ms,
    delivery = run.delivery + woken::int,
    queued_at = CASE WHEN woken THEN clock_timestamp() ELSE run.queued_at END
FROM suspending
WHERE run.id = suspending.id
RETURNING run.id, run.epoch, run.state, run.task_id, run.queue, run.delivery, run.priority, run.due_at`;
