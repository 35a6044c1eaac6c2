import { CANCEL_MESSAGES } from '@millrace/runs';
import { markOfRun } from './cancel-marks.sql.js';
import { COUNT_OFF, END_COLUMNS, ENDED_RUNS } from '../ends/count-off.sql.js';

const MESSAGE = Object.entries(CANCEL_MESSAGES)
  .map(([cause, message]) => `WHEN '${cause}' THEN format('${message}', ending.marked_id)`)
  .join(' ');

/**
 * Ends the runs of a CTE `ending (id, cause, marked_id)`. What they awaited is covered by the same mark as they are. Only
 * the cancellation of a child alone fails its map: the other causes cover the siblings too.
 */
const CANCEL_ENDING = `
ended AS (
  UPDATE millrace.runs AS run
  SET state = 'cancelled', finished_at = clock_timestamp(),
      error = json_build_object('code', 'MR_RUN_CANCELLED', 'message', CASE ending.cause ${MESSAGE} END)
  FROM ending
  WHERE run.id = ending.id
  RETURNING run.id, run.parent_id, run.parent_seq, run.state, run.id = ending.marked_id AS fails_map,
    ${END_COLUMNS}
), ${COUNT_OFF}
${ENDED_RUNS}`;

/** Ends what is queued or waiting below marks. */
export const CANCEL_MARKED = `/* runs.cancel-marked */
WITH found AS (
  SELECT covered.id, mark.cause, mark.run_id AS marked_id
  FROM millrace.cancel_marks AS mark
  JOIN millrace.runs AS bearer ON bearer.id = mark.run_id
  CROSS JOIN LATERAL (
    (SELECT bearer.id WHERE mark.seq IS NULL AND bearer.state IN ('queued', 'waiting'))
    UNION ALL
    (
      SELECT run.id FROM millrace.runs AS run
      WHERE run.root_id = bearer.root_id AND run.finished_at IS NULL AND run.parent_id IS NOT NULL
        AND run.state IN ('queued', 'waiting')
        AND mark.run_id = ANY (run.ancestors)
        AND (mark.seq IS NULL OR mark.seq = run.ancestor_seqs[array_position(run.ancestors, mark.run_id)])
      LIMIT $1
    )
  ) AS covered
  WHERE $2::uuid IS NULL OR mark.run_id = $2
  LIMIT $1
), ending AS (
  SELECT run.id, once.cause, once.marked_id
  FROM (SELECT DISTINCT ON (id) id, cause, marked_id FROM found ORDER BY id, cause = 'request' DESC) AS once
  JOIN millrace.runs AS run ON run.id = once.id
  WHERE run.state IN ('queued', 'waiting')
  ORDER BY run.id
  -- Another sweep has it, or a claim that is about to commit.
  FOR UPDATE OF run SKIP LOCKED
), ${CANCEL_ENDING}`;

/** Ends marked runs by their own executions. */
export const CANCEL_EXECUTIONS = `/* runs.cancel-executions */
WITH ending AS (
  SELECT run.id, covering.cause, covering.run_id AS marked_id
  FROM unnest($1::uuid[], $2::int[]) AS execution (run_id, epoch)
  JOIN millrace.runs AS run ON run.id = execution.run_id AND run.epoch = execution.epoch
  CROSS JOIN LATERAL ${markOfRun('mark.cause, mark.run_id')} AS covering
  WHERE run.state = 'running'
  ORDER BY run.id
  FOR UPDATE OF run
), ${CANCEL_ENDING}`;
