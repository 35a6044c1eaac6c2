/**
 * Files in a state, found first, and how many there are, but for those that a run which has not ended is to load again: by its
 * deduplication key.
 */
export const FIND_RELOADABLE = `/* arrivals.find-reloadable */
WITH fit AS MATERIALIZED (
  SELECT id, size FROM millrace.arrivals AS arrival
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
SELECT id, size::float8, (SELECT count(*) FROM fit)::int AS "all" FROM fit ORDER BY id LIMIT $6`;
