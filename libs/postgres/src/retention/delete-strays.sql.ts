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

/**
 * Slots that are held no longer, of gates that nobody may ask again: an ended map's, or a key's that never comes back. What
 * is not held under its delivery never will be. Those of rates are left to their gate, which still counts them.
 */
export const DELETE_SLOTS = `/* retention.delete-slots */
DELETE FROM millrace.gate_slots AS kept
USING (
  SELECT slot.gate, slot.run_id, slot.delivery
  FROM millrace.gate_slots AS slot
  WHERE slot.gate NOT LIKE 'rate:%'
    -- A look at each by its key, whatever the planner thinks of the size of the tables.
    AND (
      SELECT true FROM millrace.runs AS run
      WHERE run.id = slot.run_id AND run.delivery = slot.delivery AND run.state IN ('queued', 'running')
    ) IS NULL
  LIMIT $1
) AS free
WHERE kept.gate = free.gate AND kept.run_id = free.run_id AND kept.delivery = free.delivery`;
