/**
 * Ends runs and counts them off their parents' calls: one update a call, never one a child (R5 c). The parents are told
 * by another transaction, since runs -> calls -> runs in one deadlocks between levels.
 */
export const FINISH_RUNS = `/* runs.finish */
WITH ending AS (
  SELECT run.id, ended.state, ended.result, ended.error
  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::json[], $5::json[]) AS ended (run_id, epoch, state, result, error)
  JOIN millrace.runs AS run ON run.id = ended.run_id AND run.epoch = ended.epoch
  WHERE run.state = 'running'
  ORDER BY run.id
  FOR UPDATE OF run
), ended AS (
  UPDATE millrace.runs AS run
  SET state = ending.state, result = ending.result, error = ending.error, finished_at = clock_timestamp()
  FROM ending
  WHERE run.id = ending.id
  RETURNING run.id, run.parent_id, run.parent_seq, run.state
), counts AS (
  SELECT parent_id, parent_seq, count(*)::int AS n, count(*) FILTER (WHERE state <> 'succeeded')::int AS failures
  FROM ended WHERE parent_id IS NOT NULL GROUP BY parent_id, parent_seq
), locked AS (
  SELECT call.run_id, call.seq, counts.n, counts.failures
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
  RETURNING call.run_id, call.seq, call.done_at
)
SELECT ended.id, CASE WHEN counted.done_at IS NOT NULL THEN counted.run_id END AS parent_to_wake
FROM ended
LEFT JOIN counted ON counted.run_id = ended.parent_id AND counted.seq = ended.parent_seq`;

/** Runs that these very executions have ended before, in a COMMIT whose outcome was unknown or by their ticket (R14). */
export const FIND_OWN_ENDS = `/* runs.find-own-ends */
SELECT run.id, run.parent_id AS parent_to_wake
FROM unnest($1::uuid[], $2::int[]) AS ended (run_id, epoch)
JOIN millrace.runs AS run ON run.id = ended.run_id AND run.epoch = ended.epoch
WHERE run.state IN ('succeeded', 'failed')`;
