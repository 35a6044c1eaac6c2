/** A mark that covers `run`, as one row of these columns; null: it is not marked (R8). */
export function markOfRun(columns: string): string {
  return `(
    SELECT ${columns} FROM millrace.cancel_marks AS mark
    WHERE mark.run_id = ANY (run.ancestors || run.id)
      AND (mark.seq IS NULL OR mark.seq = run.ancestor_seqs[array_position(run.ancestors, mark.run_id)])
    ORDER BY mark.cause = 'request' DESC
    LIMIT 1
  )`;
}

/** Whether no mark covers `run`. A scalar subquery, so that it stays a look-up for each run. */
export const UNMARKED = `${markOfRun('mark.run_id')} IS NULL`;

/** A second request renews the mark, so that a sweep that found the first one covering nothing does not remove this one. */
export const MARK_RUN = `/* runs.mark-cancelled */
INSERT INTO millrace.cancel_marks (run_id, cause)
SELECT id, 'request' FROM millrace.runs WHERE id = $1 AND finished_at IS NULL
ON CONFLICT ON CONSTRAINT cancel_marks_once DO UPDATE SET cause = excluded.cause, marked_at = excluded.marked_at`;

/** Waits until every claim has committed that began before the mark was there. */
export const PASS_CLAIM_GATE = `/* runs.pass-claim-gate */
LOCK TABLE millrace.claim_gate IN EXCLUSIVE MODE`;

export const FIND_STATE = `/* runs.find-state */
SELECT state FROM millrace.runs WHERE id = $1`;

/** Executions whose run is marked, or goes on or was ended by a sweep without them. */
export const FIND_STOPPED = `/* runs.find-stopped */
SELECT asked.run_id AS id, asked.epoch, run.state IS NOT DISTINCT FROM 'running' AS marked
FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS asked (run_id, epoch)
LEFT JOIN LATERAL (
  SELECT * FROM millrace.runs AS run WHERE run.id = asked.run_id AND run.epoch = asked.epoch
  -- Keeps it a look-up for each.
  OFFSET 0
) AS run ON true
WHERE CASE run.state
  -- Asked once for all: most of the time there is no mark at all.
  WHEN 'running' THEN (SELECT EXISTS (SELECT FROM millrace.cancel_marks)) AND NOT (${UNMARKED})
  WHEN 'succeeded' THEN false
  WHEN 'failed' THEN run.error ->> 'code' = 'MR_WORKER_LOST'
  ELSE true
END`;

/**
 * Nothing can be created any more below a run that has ended, nor as children of a call that is done: what covers
 * nothing unfinished in this snapshot never will.
 */
export const DROP_MARKS = `/* runs.drop-marks */
WITH spent AS (
  SELECT mark.run_id, mark.seq, mark.marked_at
  FROM millrace.cancel_marks AS mark
  LEFT JOIN millrace.runs AS bearer ON bearer.id = mark.run_id
  WHERE (
      bearer.id IS NULL OR bearer.finished_at IS NOT NULL
      OR (SELECT call.done_at IS NOT NULL FROM millrace.calls AS call WHERE call.run_id = mark.run_id AND call.seq = mark.seq)
    )
    AND (
      SELECT true FROM millrace.runs AS run
      WHERE run.root_id = bearer.root_id AND run.finished_at IS NULL AND run.parent_id IS NOT NULL
        AND mark.run_id = ANY (run.ancestors)
        AND (mark.seq IS NULL OR mark.seq = run.ancestor_seqs[array_position(run.ancestors, mark.run_id)])
      LIMIT 1
    ) IS NULL
  LIMIT $1
)
DELETE FROM millrace.cancel_marks AS mark
USING spent
WHERE mark.run_id = spent.run_id AND mark.seq IS NOT DISTINCT FROM spent.seq AND mark.marked_at = spent.marked_at`;
