/**
 * Files in a state, those first that are longest in it, and how many there are, but for those that a run which has not ended is to
 * load again: by its deduplication key. One that has failed again meanwhile comes behind those that nobody has tried yet.
 */
export const FIND_RELOADABLE = `/* arrivals.find-reloadable */
WITH fit AS MATERIALIZED (
  SELECT id, size, ended_at FROM millrace.arrivals AS arrival
  -- The second condition is that of the index.
  WHERE state = $1 AND state <> 'loaded'
    AND ($2::text IS NULL OR feed = $2)
    AND ($3::timestamptz IS NULL OR ended_at >= $3)
    AND NOT EXISTS (
      SELECT FROM millrace.deduplication_keys AS held
      JOIN millrace.runs AS run ON run.id = held.run_id
      WHERE held.task_id = ANY ($4::text[]) AND held.key = $5 || arrival.id::text AND run.finished_at IS NULL
    )
)
SELECT id, size::float8, (SELECT count(*) FROM fit)::int AS "all" FROM fit ORDER BY ended_at, id LIMIT $6`;
