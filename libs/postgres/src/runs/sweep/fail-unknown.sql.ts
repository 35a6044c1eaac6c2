import { COUNT_OFF, END_COLUMNS, ENDED_RUNS, MARK_LEFT_CHILDREN } from '../ends/count-off.sql.js';

/**
 * Fails runs that have long been queued and whose task nobody knows, nor has known lately: a worker that is gone counts
 * until so long after its lease. A run that was handed back for want of its task is due again and again within
 * seconds; one that was never claimed is so long past its due time.
 */
export const FAIL_UNKNOWN = `/* runs.fail-unknown */
WITH orphaned AS MATERIALIZED (
  SELECT task.id FROM millrace.task_definitions AS task
  WHERE NOT EXISTS (
    SELECT FROM millrace.workers AS worker
    WHERE worker.alive_until > clock_timestamp() - $1::float8 * interval '1 millisecond'
      -- A worker of a version that did not say may have any.
      AND (worker.tasks IS NULL OR task.id = ANY (worker.tasks))
  )
), ending AS (
  SELECT run.id, run.task_id FROM millrace.runs AS run
  -- First this, so that normally no run is looked at.
  WHERE (SELECT count(*) > 0 FROM orphaned)
    AND run.task_id = ANY (ARRAY(SELECT id FROM orphaned))
    AND run.finished_at IS NULL AND run.state = 'queued'
    AND run.created_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
    AND run.due_at < clock_timestamp()
      + CASE WHEN run.epoch = 0 THEN $1::float8 * interval '-1 millisecond' ELSE interval '15 seconds' END
  ORDER BY run.id
  LIMIT $2
  FOR UPDATE OF run SKIP LOCKED
), ended AS (
  UPDATE millrace.runs AS run
  SET state = 'failed', finished_at = clock_timestamp(),
      error = json_build_object('code', 'MR_TASK_UNKNOWN', 'message', format(
        'No living worker has known the task "%s" for %s minutes.', ending.task_id, round($1::numeric / 60000)))
  FROM ending
  WHERE run.id = ending.id
  RETURNING run.id, run.parent_id, run.parent_seq, run.state, true AS fails_map,
    ${END_COLUMNS}
), leaving AS (
  SELECT id FROM ended
), ${MARK_LEFT_CHILDREN}, ${COUNT_OFF}
${ENDED_RUNS}`;
