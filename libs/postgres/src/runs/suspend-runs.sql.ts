/** `running` -> `waiting`, or straight back to `queued` when an outcome came after the claim was made (R5 b). */
export const SUSPEND_RUNS = `/* runs.suspend */
WITH suspending AS (
  SELECT run.id, execution.seen, run.wakes > execution.seen AS woken
  FROM unnest($1::uuid[], $2::int[], $3::int[]) AS execution (run_id, epoch, seen)
  JOIN millrace.runs AS run ON run.id = execution.run_id AND run.epoch = execution.epoch
  WHERE run.state = 'running'
  ORDER BY run.id
  FOR UPDATE OF run
)
UPDATE millrace.runs AS run
SET state = CASE WHEN woken THEN 'queued' ELSE 'waiting' END,
    logged_wakes = seen,
    delivery = run.delivery + woken::int,
    queued_at = CASE WHEN woken THEN clock_timestamp() ELSE run.queued_at END
FROM suspending
WHERE run.id = suspending.id
RETURNING run.id, run.state, run.task_id, run.queue, run.delivery, run.priority, run.due_at`;
