import { OUTCOME_STRIDE } from '@millrace/runs';

/** Locks what is being cancelled of these runs; the marks come before the run rows (R8). */
export const LOCK_MARKS = `/* runs.lock-marks */
SELECT run_id, seq FROM millrace.cancel_marks WHERE run_id = ANY ($1::uuid[]) ORDER BY run_id, seq FOR UPDATE`;

export const LOCK_RUNS = `/* runs.lock */
SELECT id, state, epoch, attempt, root_id FROM millrace.runs WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE`;

/** All calls of some runs, and one call each of others. */
export const LOCK_CALLS = `/* runs.lock-calls */
SELECT run_id, seq, attempt, failed, woken_at IS NOT NULL AS told, sealed_at IS NOT NULL AS sealed
FROM millrace.calls
WHERE run_id = ANY ($1::uuid[]) OR (run_id, seq) IN (SELECT * FROM unnest($2::uuid[], $3::int[]))
ORDER BY run_id, seq
FOR UPDATE`;

/** Whether anything below these runs, or below a call, has not ended. */
export const FIND_UNFINISHED_BELOW = `/* runs.find-unfinished-below */
SELECT FROM millrace.runs
WHERE root_id = $1 AND finished_at IS NULL AND parent_id IS NOT NULL
  AND (ancestors && $2::uuid[] OR ancestor_seqs[array_position(ancestors, $3::uuid)] = $4)
LIMIT 1`;

export const LIFT_MARKS = `/* runs.lift-marks */
DELETE FROM millrace.cancel_marks WHERE run_id = ANY ($1::uuid[]) OR (run_id = $2 AND seq = $3)`;

/**
 * Begins another series of attempts of runs that have ended: in \`queued\`, or in \`waiting\` for one below. Runs and their
 * calls are locked before, by statements of their own, so that the counts read here are those of this moment.
 */
export const REOPEN_RUNS = `/* runs.reopen */
WITH ended AS (
  SELECT run.*, given.target
  FROM unnest($1::uuid[], $2::text[]) AS given (id, target)
  JOIN millrace.runs AS run ON run.id = given.id
  WHERE run.state IN ('failed', 'cancelled')
), kept AS (
  INSERT INTO millrace.attempts (run_id, attempt, epoch, state, worker_id, started_at, finished_at, error)
  SELECT id, attempt, epoch, state, CASE WHEN attempt_started_at IS NOT NULL THEN worker_id END,
         -- Cancelled before a worker took it: an attempt of no length.
         coalesce(attempt_started_at, finished_at), finished_at, error
  FROM ended
), adopted AS (
  UPDATE millrace.calls AS call SET attempt = ended.attempt + 1
  FROM ended
  WHERE call.run_id = ended.id AND call.failed = 0 AND call.pending > 0
)
UPDATE millrace.runs AS run
SET state = ended.target,
    delivery = run.delivery + (ended.target = 'queued')::int,
    attempt = run.attempt + 1,
    first_attempt = run.attempt + 1,
    max_attempts = run.attempt + 1 + run.max_attempts - run.first_attempt,
    memo_from = least(run.memo_from, (SELECT min(seq) FROM millrace.calls 
                    WHERE run_id = run.id AND (failed > 0 OR error IS NOT NULL))),
    -- An ended run is told of its calls without being counted on.
    wakes = greatest(run.wakes, (SELECT max(outcome_seq) / ${OUTCOME_STRIDE} FROM millrace.calls WHERE run_id = run.id)),
    logged_wakes = NULL,
    executed_ms = 0,
    progress = NULL,
    progress_note = NULL,
    -- The time that it has in all begins anew with it.
    deadline_at = clock_timestamp() + run.timeout_ms * interval '1 millisecond',
    attempt_started_at = NULL,
    queued_at = clock_timestamp(),
    due_at = clock_timestamp(),
    finished_at = NULL,
    error = NULL
FROM ended
WHERE run.id = ended.id
RETURNING run.id, run.state, run.task_id, run.queue, run.delivery, run.priority, run.due_at`;

/** Takes back that children of calls had failed, and that their runs were told of it. */
export const REOPEN_CALLS = `/* runs.reopen-calls */
UPDATE millrace.calls AS call
SET pending = call.pending + given.n,
    failed = call.failed - given.n,
    done_at = CASE WHEN call.pending + given.n = 0 THEN call.done_at END,
    woken_at = NULL,
    outcome_seq = NULL,
    -- Once none of its failures is left it is one of the present attempt.
    attempt = CASE WHEN given.complete OR call.failed = given.n THEN run.attempt ELSE call.attempt END
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::boolean[]) AS given (run_id, seq, n, complete)
JOIN millrace.runs AS run ON run.id = given.run_id
WHERE call.run_id = given.run_id AND call.seq = given.seq`;

export const FIND_FAILED_CHILDREN = `/* runs.find-failed-children */
SELECT id, child_index FROM millrace.runs
WHERE parent_id = $1 AND parent_seq = $2 AND child_index >= $3 AND state IN ('failed', 'cancelled')
ORDER BY child_index
LIMIT $4`;

/** The way from the root down to a run: the runs above it, and their calls that lead on; and the root's key. */
export const FIND_ANCESTORS = `/* runs.find-ancestors */
SELECT run.ancestors, run.ancestor_seqs, run.root_id, root.task_id AS root_task_id, root.deduplication_key
FROM millrace.runs AS run
JOIN millrace.runs AS root ON root.id = run.root_id
WHERE run.id = $1`;
