/**
 * The execution that a run ends by, and what the statistics need. The times of a run that was reopened are those of its last attempt: nobody
 * worked on it in between.
 */
export const END_COLUMNS = `run.epoch, run.task_id, run.queue,
    (extract(epoch FROM run.started_at - CASE WHEN run.due_at <= run.started_at THEN run.due_at ELSE run.created_at END) * 1000)::real
      AS queued_ms,
    (extract(epoch FROM run.finished_at - CASE WHEN run.first_attempt = 1 THEN run.started_at ELSE run.attempt_started_at END) * 1000)::real
      AS ran_ms`;

/**
 * Counts runs that have ended off their parents' calls: one update a call, never one a child (R5 c). The parents are told
 * by another transaction, since runs -> calls -> runs in one deadlocks between levels. Goes on after a CTE
 * `ended (id, parent_id, parent_seq, state, fails_map, END_COLUMNS)`; `fails_map` says that what is left of a map has to go
 * with it. The same commit tells the statistics (ADR 11).
 */
export const COUNT_OFF = `
tallied AS (
  INSERT INTO millrace.run_ends (task_id, queue, state, queued_ms, ran_ms)
  SELECT task_id, queue, state, array_agg(queued_ms), array_agg(ran_ms) FROM ended GROUP BY task_id, queue, state
), counts AS (
  SELECT parent_id, parent_seq, count(*)::int AS n, count(*) FILTER (WHERE state <> 'succeeded')::int AS failures,
         bool_or(fails_map) AS fails_map
  FROM ended WHERE parent_id IS NOT NULL GROUP BY parent_id, parent_seq
), locked AS (
  SELECT call.run_id, call.seq, counts.n, counts.failures, counts.fails_map
  FROM counts
  JOIN millrace.calls AS call ON call.run_id = counts.parent_id AND call.seq = counts.parent_seq
  ORDER BY call.run_id, call.seq
  FOR UPDATE OF call
), counted AS (
  UPDATE millrace.calls AS call
  SET pending = call.pending - locked.n,
      failed = call.failed + locked.failures,
      done_at = CASE WHEN call.pending = locked.n THEN clock_timestamp() END
  FROM locked
  WHERE call.run_id = locked.run_id AND call.seq = locked.seq
  RETURNING call.run_id, call.seq, call.done_at, call.kind = 'map' AND call.pending > 0 AND locked.fails_map AS fails_map
), siblings_marked AS (
  INSERT INTO millrace.cancel_marks (run_id, seq, cause)
  SELECT run_id, seq, 'sibling-failed' FROM counted WHERE fails_map
  ON CONFLICT DO NOTHING
)`;

/**
 * Marks runs that end with awaited children left. Not by EXISTS, which the planner may turn into a walk over all calls.
 * Goes on after a CTE `leaving (id)`.
 */
export const MARK_LEFT_CHILDREN = `
children_marked AS (
  INSERT INTO millrace.cancel_marks (run_id, cause)
  SELECT id, 'parent-ended' FROM leaving
  WHERE (SELECT true FROM millrace.calls AS open WHERE open.run_id = leaving.id AND open.pending > 0 LIMIT 1)
  ON CONFLICT DO NOTHING
)`;

/** The ended runs, each by its last execution and with the parent whose call it was the last child of. */
export const ENDED_RUNS = `
SELECT ended.id, ended.epoch, CASE WHEN counted.done_at IS NOT NULL THEN counted.run_id END AS parent_to_wake
FROM ended
LEFT JOIN counted ON counted.run_id = ended.parent_id AND counted.seq = ended.parent_seq`;
