import { placeAtGate } from '../limits/place-at-gate.sql.js';
import { UNMARKED } from './cancel-marks.sql.js';

const OWNED = `
owned AS (
  SELECT id, attempt FROM millrace.runs AS run
  WHERE id = $1 AND epoch = $2 AND state = 'running' AND ${UNMARKED}
  FOR NO KEY UPDATE
)`;

const INSERT_VALUE = `
INSERT INTO millrace.calls AS recorded
  (run_id, seq, kind, task_id, key, input_hash, outcome_seq, value, attempt, children, pending, sealed_at, done_at, woken_at)
SELECT id, $3::int, $4, $5, $6, $7, $8::bigint, $9::json, attempt, 0, 0, clock_timestamp(), clock_timestamp(), clock_timestamp()
FROM owned
-- Sent a second time after a COMMIT whose outcome was unknown.
ON CONFLICT (run_id, seq) DO UPDATE SET input_hash = recorded.input_hash
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
                             deadline_at)
  SELECT $10, $5, $11, 'queued', 'call', $12::int, $13::int, $14::json, $15::json, coalesce($16::timestamptz, clock_timestamp()), $10, $17::text[],
         clock_timestamp() + $18::float8 * interval '1 millisecond'
  FROM recorded
  ON CONFLICT (id) DO NOTHING
  RETURNING id, delivery, gates[1] AS gate, priority
), ${placeAtGate('(SELECT $10::uuid AS id, $17::text[] AS gates, $16::timestamptz AS due_at)')}
SELECT seq FROM recorded`;
