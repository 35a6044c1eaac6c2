/**
 * How runs stand, each with its moves after a number, and its children counted from the rows of its calls; by primary keys.
 * What the row itself tells of the first and the last move is not kept beside it (ADR 13).
 */
export const WATCH_RUNS = `/* run-queries.watch */
SELECT run.id AS "runId", run.progress, run.progress_note AS "progressNote", moves.moves,
       children.total, children.unfinished, children.unsuccessful
FROM unnest($1::uuid[], $2::int[]) AS place (run_id, after)
JOIN millrace.runs AS run ON run.id = place.run_id
CROSS JOIN LATERAL (
  SELECT coalesce(sum(children), 0)::int AS total, coalesce(sum(pending), 0)::int AS unfinished,
         coalesce(sum(failed), 0)::int AS unsuccessful
  FROM millrace.calls WHERE run_id = run.id
) AS children
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object('number', number, 'state', state, 'attempt', attempt, 'at', at) ORDER BY number), '[]') AS moves
  FROM (
    SELECT 1 AS number, 'queued' AS state, 1 AS attempt, run.created_at AS at WHERE place.after < 1
    UNION ALL
    -- One that was claimed first under a later delivery has that claim among the kept.
    SELECT 4, 'running', 1, run.started_at
    WHERE place.after < 4 AND run.started_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM millrace.run_moves WHERE run_id = run.id AND state = 'running' AND at = run.started_at)
    UNION ALL
    SELECT number, state, attempt, at FROM millrace.run_moves WHERE run_id = run.id AND number > place.after
    UNION ALL
    SELECT * FROM (
      SELECT millrace.move_number(run.state, run.delivery, run.epoch, run.attempt) AS number, run.state, run.attempt, run.finished_at
    ) AS ended
    WHERE run.finished_at IS NOT NULL AND number > place.after
  ) AS move
) AS moves`;
