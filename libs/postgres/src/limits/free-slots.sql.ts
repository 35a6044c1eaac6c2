/**
 * Drops slots that are held no longer. Reads the runs and trusts no notice, so that no move of a run can forget to give
 * its slot back. A slot of a rate lasts for the period after its run was claimed; the claim is dated when it is first
 * seen here, which is never too early.
 */
export const FREE_SLOTS = `/* limits.free-slots */
WITH slot AS MATERIALIZED (
  SELECT gate, run_id, delivery, used_at, gate LIKE 'rate:%' AS is_rate,
         -- A look at each by its key, whatever the planner thinks of the size of the tables.
         (SELECT state FROM millrace.runs AS run
          WHERE run.id = slot.run_id AND run.delivery = slot.delivery AND run.state IN ('queued', 'running')) AS held
  FROM millrace.gate_slots AS slot
  WHERE gate = ANY ($1::text[])
), used AS (
  UPDATE millrace.gate_slots AS kept
  SET used_at = clock_timestamp()
  FROM slot
  WHERE slot.is_rate AND slot.used_at IS NULL AND slot.held IS DISTINCT FROM 'queued'
    AND kept.gate = slot.gate AND kept.run_id = slot.run_id AND kept.delivery = slot.delivery
)
DELETE FROM millrace.gate_slots AS kept
USING slot
LEFT JOIN millrace.task_definitions AS task ON slot.is_rate AND task.id = split_part(slot.gate, ':', 2)
WHERE kept.gate = slot.gate AND kept.run_id = slot.run_id AND kept.delivery = slot.delivery
  AND CASE WHEN slot.is_rate
    THEN slot.used_at < clock_timestamp() - coalesce(task.rate_per_ms, 0) * interval '1 millisecond'
    ELSE slot.held IS NULL
  END`;
