/** A call without `woken_at` is one that its run has not been told of: what it counts may still be mended. */
export const FIND_OPEN_CALLS = `/* runs.find-open-calls */
SELECT call.run_id, call.seq, call.children
FROM millrace.runs AS run
JOIN millrace.calls AS call ON call.run_id = run.id
WHERE run.finished_at IS NULL AND run.state = 'waiting' AND run.id >= $1::uuid
  AND call.children > 0 AND call.woken_at IS NULL AND (call.run_id, call.seq) > ($1::uuid, $2::int)
ORDER BY run.id, call.seq
LIMIT $3`;

/** One statement sees one moment: an end moves the child and counts it off in the same one (R5 c). */
export const FIND_MISCOUNTED = `/* runs.find-miscounted */
SELECT call.run_id, call.seq
FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS open (run_id, seq)
-- By the key, whatever the planner knows of the table: as a plain join it may walk over all calls.
CROSS JOIN LATERAL (
  SELECT * FROM millrace.calls WHERE run_id = open.run_id AND seq = open.seq AND woken_at IS NULL LIMIT 1
) AS call
CROSS JOIN LATERAL (
  SELECT count(*)::int AS n, count(*) FILTER (WHERE child.state <> 'succeeded')::int AS failed
  FROM millrace.runs AS child
  WHERE child.parent_id = open.run_id AND child.parent_seq = open.seq AND child.finished_at IS NOT NULL
) AS ended
WHERE call.pending <> call.children - ended.n OR call.failed <> ended.failed`;

/**
 * Ahead of the count, and by itself: who ends a child needs this lock too, so that what a later statement sees stays true until
 * its COMMIT. Nothing else is locked, so that this waits for others and never in a circle.
 */
export const LOCK_CALL = `/* runs.lock-call */
SELECT FROM millrace.calls WHERE run_id = $1 AND seq = $2 AND woken_at IS NULL FOR UPDATE`;

export const RECOUNT = `/* runs.recount */
UPDATE millrace.calls AS call
SET pending = call.children - ended.n,
    failed = ended.failed,
    done_at = CASE WHEN call.children = ended.n THEN coalesce(call.done_at, clock_timestamp()) END
FROM (
  SELECT count(*)::int AS n, count(*) FILTER (WHERE child.state <> 'succeeded')::int AS failed
  FROM millrace.runs AS child
  WHERE child.parent_id = $1 AND child.parent_seq = $2 AND child.finished_at IS NOT NULL
) AS ended
WHERE call.run_id = $1 AND call.seq = $2 AND call.woken_at IS NULL
  AND (call.pending <> call.children - ended.n OR call.failed <> ended.failed)`;
