/**
 * A common table expression that puts new limited runs at their first gates; one that is due later is delivered first
 * and arrives then. Takes them from `inserted (id, delivery, gate, priority)` and from the relation of what was given.
 */
export const placeAtGate = (given: string) => `placed AS (
  INSERT INTO millrace.gate_queue (run_id, delivery, gate, priority)
  SELECT inserted.id, inserted.delivery, inserted.gate, inserted.priority
  FROM ${given} AS given
  JOIN inserted ON inserted.id = given.id
  WHERE given.gates IS NOT NULL AND given.due_at IS NULL
)`;
