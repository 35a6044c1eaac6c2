/**
 * `running` -> `queued`; the end of an attempt is kept as its own row, a snooze or a hand-back goes on with the same
 * attempt. The next attempt forgets the failures among its children and steps: from the first such call on its record is
 * a memo.
 */
export const REQUEUE_RUNS = `/* runs.requeue */
WITH requeued AS (
  SELECT run.id, run.attempt, run.epoch, run.worker_id, run.attempt_started_at,
         given.attempt_state, given.error, given.delay_ms, given.executed_ms, given.attempt_state IS NOT NULL AS ends_attempt
  FROM (
    SELECT * FROM unnest(
      (SELECT $1::uuid[]), (SELECT $2::int[]), (SELECT $3::text[]), (SELECT $4::json[]), (SELECT $5::float8[]), (SELECT $6::float8[])
    ) AS given (run_id, epoch, attempt_state, error, delay_ms, executed_ms)
    ORDER BY run_id
  ) AS given
  JOIN LATERAL (
    SELECT id, attempt, epoch, worker_id, attempt_started_at FROM millrace.runs AS run
    WHERE run.id = given.run_id AND run.epoch = given.epoch AND run.state = 'running'
    FOR UPDATE
  ) AS run ON run.id = given.run_id
), kept AS (
  INSERT INTO millrace.attempts (run_id, attempt, epoch, state, worker_id, started_at, error)
  SELECT id, attempt, epoch, attempt_state, worker_id, attempt_started_at, error FROM requeued WHERE ends_attempt
), taken_over AS (
  -- Locked, because a child that ends right now fails either before the next attempt or in it.
  SELECT call.run_id, call.seq, call.failed > 0 OR call.error IS NOT NULL AS forgotten, requeued.attempt + 1 AS next_attempt
  FROM requeued
  JOIN millrace.calls AS call ON call.run_id = requeued.id
  WHERE requeued.ends_attempt AND (call.failed > 0 OR call.pending > 0 OR call.error IS NOT NULL)
  ORDER BY call.run_id, call.seq
  FOR UPDATE OF call
), adopted AS (
  -- What goes on through the change of attempts is the next one's to see.
  UPDATE millrace.calls AS call SET attempt = taken_over.next_attempt
  FROM taken_over
  WHERE call.run_id = taken_over.run_id AND call.seq = taken_over.seq AND NOT taken_over.forgotten
)
UPDATE millrace.runs AS run
SET state = 'queued',
    delivery = run.delivery + 1,
    attempt = run.attempt + requeued.ends_attempt::int,
    memo_from = least(run.memo_from, (SELECT min(seq) FROM taken_over WHERE run_id = run.id AND forgotten)),
    logged_wakes = CASE WHEN requeued.ends_attempt THEN NULL ELSE run.logged_wakes END,
    executed_ms = CASE WHEN requeued.ends_attempt THEN 0 ELSE run.executed_ms + requeued.executed_ms END,
    attempt_started_at = CASE WHEN requeued.ends_attempt THEN NULL ELSE run.attempt_started_at END,
    queued_at = clock_timestamp(),
    due_at = clock_timestamp() + requeued.delay_ms * interval '1 millisecond'
FROM requeued
WHERE run.id = requeued.id
RETURNING run.id, run.epoch, run.state, run.task_id, run.queue, run.delivery, run.priority, run.due_at`;
