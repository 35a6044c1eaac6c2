/** Runs that these very executions have suspended or queued again before, and that nobody has claimed since. */
export const FIND_OWN_MOVES = `/* runs.find-own-moves */
SELECT run.id, run.epoch, run.state, run.task_id, run.queue, run.delivery, run.priority, run.due_at
FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS moved (run_id, epoch)
JOIN LATERAL (
  SELECT * FROM millrace.runs AS run
  WHERE run.id = moved.run_id AND run.epoch = moved.epoch AND run.state IN ('queued', 'waiting')
  -- Keeps it a look-up for each.
  OFFSET 0
) AS run ON run.id = moved.run_id`;
