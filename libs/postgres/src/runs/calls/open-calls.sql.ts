import { placeAtGate } from '../../limits/place-at-gate.sql.js';
import { UNMARKED } from '../cancellation/cancel-marks.sql.js';

const GIVEN = `
given AS (
  SELECT * FROM unnest($4::uuid[], $5::int[], $6::text[], $7::text[], $8::json[], $9::int[], $10::int[], $11::timestamptz[], $12::json[], $13::text[],
                       $14::float8[], $15::text[])
  AS given (id, child_index, child_key, queue, input, priority, max_attempts, due_at, backoff, gates, timeout_ms, trace)
)`;

const INSERT_CHILDREN = `
inserted AS (
INSERT INTO millrace.runs (id, task_id, queue, state, trigger, priority, max_attempts, backoff, input, due_at,
                           root_id, parent_id, parent_seq, child_index, child_key, ancestors, ancestor_seqs, gates,
                           timeout_ms, deadline_at, trace)
SELECT given.id, call.task_id, given.queue, 'queued', 'call', given.priority, given.max_attempts, given.backoff, given.input,
       coalesce(given.due_at, clock_timestamp()),
       parent.root_id, parent.id, call.seq, given.child_index, given.child_key, parent.ancestors || parent.id, parent.ancestor_seqs || call.seq, given.gates::text[],
       given.timeout_ms, greatest(clock_timestamp(), given.due_at) + given.timeout_ms * interval '1 millisecond', given.trace
FROM parent, call, given
ON CONFLICT (id) DO NOTHING
RETURNING id, delivery, gates[1] AS gate, priority
), ${placeAtGate('given')}`;

const LOCK_PARENT = `
parent AS (
  SELECT id, root_id, ancestors, ancestor_seqs, attempt FROM millrace.runs AS run
  WHERE id = $1 AND epoch = $2 AND state = 'running' AND ${UNMARKED}
  FOR NO KEY UPDATE
)`;

/** Records a call with its first children; `pending` counts from the start what is not yet inserted (R12). */
export const OPEN_CALL = `/* runs.open-call */
WITH ${LOCK_PARENT}, ${GIVEN},
call AS (
  INSERT INTO millrace.calls AS open (run_id, seq, kind, task_id, key, input_hash, attempt, children, pending, concurrency, sealed_at)
  SELECT id, $3::int, $16, $17, $18, $19, attempt, $20::int, $20::int, $21::int, CASE WHEN $22::boolean THEN clock_timestamp() END
  FROM parent
  -- Sent a second time after a COMMIT whose outcome was unknown.
  ON CONFLICT (run_id, seq) DO UPDATE SET input_hash = open.input_hash
  RETURNING seq, task_id
), ${INSERT_CHILDREN}
SELECT seq FROM call`;

/** Adds the next children of a call that is not sealed yet. */
export const ADD_CHILDREN = `/* runs.add-children */
WITH ${LOCK_PARENT}, ${GIVEN},
call AS (
  UPDATE millrace.calls SET sealed_at = CASE WHEN $16::boolean THEN clock_timestamp() END
  FROM parent
  WHERE run_id = parent.id AND seq = $3
  RETURNING seq, task_id
), ${INSERT_CHILDREN}
SELECT seq FROM call`;
