/** Where runs stand, with their children counted from the rows of their calls; by primary keys. */
export const WATCH_RUNS = `/* run-queries.watch */
SELECT run.id AS "runId", run.state, run.delivery, run.epoch, run.attempt,
       run.created_at AS "createdAt", run.queued_at AS "queuedAt", run.started_at AS "startedAt", run.finished_at AS "finishedAt",
       run.progress, run.progress_note AS "progressNote",
       children.total, children.unfinished, children.unsuccessful, clock_timestamp() AS now
FROM millrace.runs AS run
CROSS JOIN LATERAL (
  SELECT coalesce(sum(children), 0)::int AS total, coalesce(sum(pending), 0)::int AS unfinished,
         coalesce(sum(failed), 0)::int AS unsuccessful
  FROM millrace.calls WHERE run_id = run.id
) AS children
WHERE run.id = ANY ($1::uuid[])`;
