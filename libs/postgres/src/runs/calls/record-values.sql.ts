import { placeAtGate } from '../../limits/place-at-gate.sql.js';
import { UNMARKED } from '../cancellation/cancel-marks.sql.js';

const OWNED = `
owned AS (
  SELECT id, attempt FROM millrace.runs AS run
  WHERE id = $1 AND epoch = $2 AND state = 'running' AND ${UNMARKED}
  FOR NO KEY UPDATE
)`;

const INSERT_VALUE = `
INSERT INTO millrace.calls AS recorded
  (run_id, seq, kind, task_id, key, input_hash, outcome_seq, value, error, attempt, children, pending, sealed_at, done_at, woken_at)
SELECT id, $3::int, $4, $5, $6, $7, $8::bigint, $9::json, $10::json, attempt, 0, 0, clock_timestamp(), clock_timestamp(), clock_timestamp()
FROM owned
-- Sent a second time after a COMMIT whose outcome was unknown, or a step done again whose failure an earlier attempt saw.
ON CONFLICT (run_id, seq) DO UPDATE
SET outcome_seq = excluded.outcome_seq, value = excluded.value, error = excluded.error, attempt = excluded.attempt
RETURNING seq`;

/** Records the value of a call. */
export const RECORD_VALUE = `/* runs.record-value */
WITH ${OWNED}
${INSERT_VALUE}`;

/** Records that a run was started, and creates it: a root of its own, which its starter's end does not touch. */
export const START_RUN = `/* runs.start */
WITH ${OWNED},
recorded AS (${INSERT_VALUE}), inserted AS (
  INSERT INTO millrace.runs (id, task_id, queue, state, trigger, priority, max_attempts, backoff, input, due_at, root_id, gates,
                             timeout_ms, deadline_at, trace)
  SELECT $11, $5, $12, 'queued', 'call', $13::int, $14::int, $15::json, $16::json, coalesce($17::timestamptz, clock_timestamp()), $11, $18::text[],
         $19::float8, greatest(clock_timestamp(), $17::timestamptz) + $19::float8 * interval '1 millisecond', $20::text
  FROM recorded
  ON CONFLICT (id) DO NOTHING
  RETURNING id, delivery, gates[1] AS gate, priority
), ${placeAtGate('(SELECT $11::uuid AS id, $18::text[] AS gates, $17::timestamptz AS due_at)')}
SELECT seq FROM recorded`;
