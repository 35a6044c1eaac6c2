/** Runs let through one gate by one statement at most. */
export const MOST_AT_ONCE = 500;

/** Places looked at beyond the room there is: a long stretch of cancelled runs must not cost a statement each. */
const LOOK_AHEAD = 20;

/**
 * Lets runs through their gates; under the gates' locks, and with a snapshot taken after them. The limit in force is the
 * one last published; where none is known nobody passes. What stands in the queue but not in this delivery any more
 * (cancelled, expired, retried) leaves it here.
 */
export const ADMIT_RUNS = `/* limits.admit */
WITH gate AS MATERIALIZED (
  SELECT asked.gate,
         CASE split_part(asked.gate, ':', 1)
           WHEN 'call' THEN (SELECT coalesce(concurrency, 2147483647) FROM millrace.calls
                             WHERE run_id = split_part(asked.gate, ':', 2)::uuid AND seq = split_part(asked.gate, ':', 3)::int)
           WHEN 'key' THEN (SELECT coalesce(concurrency_limit, 2147483647) FROM millrace.task_definitions
                            WHERE id = split_part(asked.gate, ':', 2))
           ELSE (SELECT coalesce(rate_max, 2147483647) FROM millrace.task_definitions WHERE id = split_part(asked.gate, ':', 2))
         END - (SELECT count(*) FROM millrace.gate_slots AS slot WHERE slot.gate = asked.gate) AS room
  FROM unnest($1::text[]) AS asked (gate)
), head AS MATERIALIZED (
  SELECT gate.gate, gate.room, place.run_id, place.delivery, place.priority,
         -- No EXISTS: the planner may answer many of those by hashing all queued runs.
         coalesce((SELECT run.state = 'queued' FROM millrace.runs AS run
                   WHERE run.id = place.run_id AND run.delivery = place.delivery), false) AS stands
  FROM gate
  CROSS JOIN LATERAL (
    SELECT run_id, delivery, priority FROM millrace.gate_queue AS place
    WHERE place.gate = gate.gate
    ORDER BY priority DESC, run_id
    LIMIT least(gate.room + ${LOOK_AHEAD}, ${MOST_AT_ONCE})
  ) AS place
  WHERE gate.room > 0
), first AS (
  SELECT *, row_number() OVER (PARTITION BY gate ORDER BY priority DESC, run_id) <= room AS fits
  FROM head WHERE stands
), passing AS MATERIALIZED (
  SELECT run.id, run.delivery, first.gate, run.gates[array_position(run.gates, first.gate) + 1] AS onward
  FROM first
  JOIN millrace.runs AS run ON run.id = first.run_id AND run.delivery = first.delivery
  WHERE first.fits AND run.state = 'queued'
  ORDER BY run.id
  FOR UPDATE OF run
), slots AS (
  INSERT INTO millrace.gate_slots (gate, run_id, delivery)
  SELECT gate, id, delivery FROM passing
  ON CONFLICT DO NOTHING
), gone AS (
  DELETE FROM millrace.gate_queue AS place
  USING head LEFT JOIN passing ON passing.id = head.run_id
  WHERE place.run_id = head.run_id AND place.delivery = head.delivery
    AND (NOT head.stands OR (passing.id IS NOT NULL AND passing.onward IS NULL))
), moved AS (
  UPDATE millrace.gate_queue AS place SET gate = passing.onward
  FROM passing
  WHERE place.run_id = passing.id AND passing.onward IS NOT NULL
), admitted AS (
  UPDATE millrace.runs AS run
  SET admitted = run.delivery, queued_at = clock_timestamp()
  FROM passing
  WHERE run.id = passing.id AND passing.onward IS NULL
  RETURNING run.id, run.task_id, run.queue, run.delivery, run.priority, run.due_at
)
SELECT head.gate AS passed, head.stands, passing.id IS NOT NULL AS passes, passing.onward, admitted.*
FROM head
LEFT JOIN passing ON passing.id = head.run_id
LEFT JOIN admitted ON admitted.id = head.run_id`;

/** How long the rates are used up at which runs wait; none where claims are outstanding, since each asks again. */
export const FIND_PAUSES = `/* limits.find-pauses */
SELECT asked.gate,
       (SELECT extract(epoch FROM min(slot.used_at) - clock_timestamp())::float8 * 1000 + task.rate_per_ms
        FROM millrace.gate_slots AS slot WHERE slot.gate = asked.gate) AS ms
FROM unnest($1::text[]) AS asked (gate)
JOIN millrace.task_definitions AS task ON task.id = split_part(asked.gate, ':', 2)
WHERE EXISTS (SELECT FROM millrace.gate_queue AS place WHERE place.gate = asked.gate)`;
