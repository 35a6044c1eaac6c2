/**
 * A run that came back to the queue by its delivery, or for the first time at its due time, takes its place at its first
 * gate. Under the next delivery: a job of this one has been, and would keep another with its id from being added.
 */
export const ARRIVE_RUNS = `/* limits.arrive */
WITH arriving AS (
  SELECT run.id, run.gates[1] AS gate
  FROM unnest($1::uuid[], $2::int[]) AS job (run_id, delivery)
  JOIN millrace.runs AS run ON run.id = job.run_id AND run.delivery = job.delivery
  WHERE run.state = 'queued' AND run.gates IS NOT NULL AND run.admitted IS DISTINCT FROM run.delivery
    AND NOT EXISTS (SELECT FROM millrace.gate_queue AS place WHERE place.run_id = run.id AND place.delivery = run.delivery)
  ORDER BY run.id
  FOR UPDATE OF run
), renewed AS (
  UPDATE millrace.runs AS run
  SET delivery = run.delivery + 1
  FROM arriving
  WHERE run.id = arriving.id
  RETURNING run.id, run.delivery, arriving.gate, run.priority
)
INSERT INTO millrace.gate_queue AS place (run_id, delivery, gate, priority)
SELECT id, delivery, gate, priority FROM renewed
-- Left behind by an earlier delivery.
ON CONFLICT (run_id) DO UPDATE SET delivery = excluded.delivery, gate = excluded.gate, priority = excluded.priority
RETURNING run_id, gate`;

/** Gates with somebody waiting, by a hop from each to the next: what it costs grows with the gates, not with the runs. */
export const FIND_WAITED_AT = `/* limits.find-waited-at */
WITH RECURSIVE hop (gate, n) AS (
  (SELECT gate, 1 FROM millrace.gate_queue WHERE $1::text IS NULL OR gate > $1 ORDER BY gate LIMIT 1)
  UNION ALL
  SELECT (SELECT place.gate FROM millrace.gate_queue AS place WHERE place.gate > hop.gate ORDER BY place.gate LIMIT 1), hop.n + 1
  FROM hop
  WHERE hop.gate IS NOT NULL AND hop.n < $2
)
SELECT gate FROM hop WHERE gate IS NOT NULL`;
