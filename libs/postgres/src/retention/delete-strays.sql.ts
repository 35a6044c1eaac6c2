/** Answers of requests whose keys have expired. */
export const DELETE_IDEMPOTENCY_KEYS = `/* retention.delete-idempotency-keys */
DELETE FROM millrace.idempotency_keys AS kept
USING (
  SELECT scope, key FROM millrace.idempotency_keys WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT $1
) AS expired
WHERE kept.scope = expired.scope AND kept.key = expired.key
  -- Taken anew since it was found.
  AND kept.expires_at < clock_timestamp()`;

/** Keys that no unfinished run holds. An hour later, so that no start that has just seen the holder end is at it. */
export const DELETE_DEDUPLICATION_KEYS = `/* retention.delete-deduplication-keys */
DELETE FROM millrace.deduplication_keys AS kept
USING (
  SELECT held.task_id, held.key
  FROM millrace.deduplication_keys AS held
  WHERE held.expires_at < clock_timestamp() - interval '1 hour'
    AND NOT EXISTS (SELECT FROM millrace.runs AS run WHERE run.id = held.run_id AND run.finished_at IS NULL)
  ORDER BY held.expires_at
  LIMIT $1
) AS free
WHERE kept.task_id = free.task_id AND kept.key = free.key
  AND kept.expires_at < clock_timestamp() - interval '1 hour'`;

/** Workers that ended a week ago; none of them holds a run. */
export const DELETE_WORKERS = `/* retention.delete-workers */
DELETE FROM millrace.workers
WHERE id IN (SELECT id FROM millrace.workers WHERE ended_at < clock_timestamp() - interval '7 days' LIMIT $1)`;
