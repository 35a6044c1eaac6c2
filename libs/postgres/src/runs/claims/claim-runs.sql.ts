import { UNMARKED } from '../cancellation/cancel-marks.sql.js';

const CLAIMED = `
  run.id, run.epoch, run.task_id, run.queue, run.delivery, run.attempt, run.first_attempt, run.max_attempts, run.backoff, run.root_id, run.gates,
  run.input, run.wakes, run.logged_wakes, run.memo_from, run.executed_ms, run.trace,
  extract(epoch FROM clock_timestamp() - greatest(run.queued_at, run.due_at))::float8 * 1000 AS queued_ms,
  extract(epoch FROM run.deadline_at - clock_timestamp())::float8 * 1000 AS deadline_in_ms`;

/** `queued` -> `running`, for a worker whose lease is good. */
export const CLAIM_RUNS = `/* runs.claim */
-- Empty; the lock on the table is what counts. PostgreSQL takes it before the snapshot by which marks are looked for, so
-- a cancellation that has passed the gate has either waited for this claim or is seen by it.
WITH gate AS (
  SELECT FROM millrace.claim_gate FOR KEY SHARE
), wanted AS (
  SELECT run.id
  FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS job (run_id, delivery)
  JOIN millrace.runs AS run ON run.id = job.run_id AND run.delivery = job.delivery
  WHERE run.state = 'queued'
    -- A limited run is claimed under the delivery that was admitted, and under no other.
    AND (run.gates IS NULL OR run.admitted = run.delivery)
    -- A worker that the sweep has given up for lost takes nothing until it has a lease again.
    AND EXISTS (SELECT FROM millrace.workers WHERE id = $3 AND alive_until > clock_timestamp() AND ended_at IS NULL)
    AND ${UNMARKED}
  ORDER BY run.id
  FOR UPDATE OF run
)
UPDATE millrace.runs AS run
SET state = 'running',
    epoch = run.epoch + 1,
    worker_id = $3,
    started_at = coalesce(run.started_at, clock_timestamp()),
    attempt_started_at = coalesce(run.attempt_started_at, clock_timestamp())
FROM wanted
WHERE run.id = wanted.id
RETURNING ${CLAIMED}`;

/** Claims this worker made in a COMMIT whose outcome it did not learn. */
export const FIND_OWN_CLAIMS = `/* runs.find-own-claims */
SELECT ${CLAIMED}
FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS job (run_id, delivery)
JOIN millrace.runs AS run ON run.id = job.run_id AND run.delivery = job.delivery
WHERE run.state = 'running' AND run.worker_id = $3`;

/** Bytes of JSON up to which the outcome of an `invoke` comes with the record, so that a replay does not ask for each. */
const AT_HAND_BYTES = 4_096;

/** What runs that were executed before have recorded. Read after the claim, whose `wakes` may so be older, never newer. */
export const READ_RECORDS = `/* runs.read-records */
SELECT run_id,
       (SELECT coalesce(sum(octet_length(value::text)), 0)::float8 FROM millrace.calls AS call WHERE call.run_id = claimed.run_id) AS value_bytes,
       (SELECT coalesce(max(n), 0) FROM millrace.run_logs AS log WHERE log.run_id = claimed.run_id) AS last_log,
       (SELECT coalesce(json_agg(json_build_object(
          'seq', seq, 'kind', kind, 'taskId', task_id, 'key', key, 'inputHash', input_hash, 'children', children,
          'failed', failed, 'attempt', attempt, 'sealed', sealed_at IS NOT NULL, 'outcomeSeq', outcome_seq, 'value', value, 'error', error,
          'created', CASE WHEN sealed_at IS NULL
            THEN (SELECT count(*) FROM millrace.runs WHERE parent_id = call.run_id AND parent_seq = call.seq)
            ELSE children END,
          'outcome', CASE WHEN kind = 'invoke' AND outcome_seq IS NOT NULL THEN (
            SELECT json_build_object('id', child.id, 'state', child.state, 'result', child.result, 'error', child.error)
            FROM millrace.runs AS child
            WHERE child.parent_id = call.run_id AND child.parent_seq = call.seq
              AND coalesce(octet_length(child.result::text), 0) <= ${AT_HAND_BYTES}) END
        ) ORDER BY seq), '[]')
        FROM millrace.calls AS call WHERE call.run_id = claimed.run_id) AS calls
FROM unnest((SELECT $1::uuid[])) AS claimed (run_id)`;

/**
 * Hands back what was claimed and cannot be executed; the sweep delivers it again. Names no more columns than the claim,
 * so that a schema for which one is right serves the other too.
 */
export const UNDO_CLAIMS = `/* runs.undo-claims */
UPDATE millrace.runs AS run
SET state = 'queued', delivery = run.delivery + 1, queued_at = clock_timestamp()
FROM (
  SELECT run.id
  FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS claimed (run_id, epoch)
  JOIN millrace.runs AS run ON run.id = claimed.run_id AND run.epoch = claimed.epoch
  WHERE run.state = 'running'
  ORDER BY run.id
  FOR UPDATE OF run
) AS claimed
WHERE run.id = claimed.id`;

/** Whether the worker may claim. */
export const FIND_LEASE = `/* workers.find-lease */
SELECT FROM millrace.workers WHERE id = $1 AND alive_until > clock_timestamp() AND ended_at IS NULL`;
