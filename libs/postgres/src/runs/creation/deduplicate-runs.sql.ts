/** Takes free keys and locks those that are held; gives the holder of each. Keys in order: two batches never deadlock. */
export const LOCK_DEDUPLICATION_KEYS = `/* runs.lock-deduplication-keys */
INSERT INTO millrace.deduplication_keys AS held (task_id, key, run_id, expires_at)
SELECT task_id, key, run_id, clock_timestamp() + ttl_ms * interval '1 millisecond'
FROM unnest($1::text[], $2::text[], $3::uuid[], $4::float8[]) AS wanted (task_id, key, run_id, ttl_ms)
ORDER BY task_id, key
ON CONFLICT (task_id, key) DO UPDATE SET run_id = held.run_id
RETURNING task_id, key, run_id`;

/**
 * Takes over locked keys whose holder has ended, its ttl with it, or was deleted. A statement of its own: the one that
 * waited for the lock would look for the holder's run in a snapshot older than the run.
 */
export const TAKE_OVER_DEDUPLICATION_KEYS = `/* runs.take-over-deduplication-keys */
UPDATE millrace.deduplication_keys AS held
SET run_id = wanted.run_id, expires_at = clock_timestamp() + wanted.ttl_ms * interval '1 millisecond'
FROM unnest($1::text[], $2::text[], $3::uuid[], $4::float8[]) AS wanted (task_id, key, run_id, ttl_ms)
WHERE held.task_id = wanted.task_id AND held.key = wanted.key AND held.run_id <> wanted.run_id
  AND NOT EXISTS (
    SELECT FROM millrace.runs AS run
    WHERE run.id = held.run_id AND (run.finished_at IS NULL OR held.expires_at > clock_timestamp())
  )
RETURNING held.run_id`;
