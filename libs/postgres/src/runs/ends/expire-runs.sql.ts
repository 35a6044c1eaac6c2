import { COUNT_OFF, END_COLUMNS, ENDED_RUNS, MARK_LEFT_CHILDREN } from './count-off.sql.js';

/** Ends what is queued or waiting when its time is over. */
export const EXPIRE_RUNS = `/* runs.expire */
WITH ending AS (
  SELECT run.id FROM millrace.runs AS run
  WHERE run.finished_at IS NULL AND run.deadline_at < clock_timestamp() AND run.state IN ('queued', 'waiting')
  ORDER BY run.deadline_at
  LIMIT $1
  -- Another sweep has it, or a claim that is about to commit.
  FOR UPDATE OF run SKIP LOCKED
), ended AS (
  UPDATE millrace.runs AS run
  SET state = 'failed', error = $2::json, finished_at = clock_timestamp()
  FROM ending
  WHERE run.id = ending.id
  RETURNING run.id, run.parent_id, run.parent_seq, run.state, true AS fails_map,
    ${END_COLUMNS}
), leaving AS (
  SELECT id FROM ended
), ${MARK_LEFT_CHILDREN}, ${COUNT_OFF}
${ENDED_RUNS}`;
