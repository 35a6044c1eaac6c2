import { COUNT_OFF, END_COLUMNS, ENDED_RUNS, MARK_LEFT_CHILDREN } from './count-off.sql.js';

/**
 * Ends runs. As in every verb for many executions, each is looked up by its key in a subquery that the planner cannot take
 * apart: a plan that was made while the table was new stays in use, and by a join it would walk over all runs. And lists
 * are given through a scalar subquery: their length unseen, no plan for this one seems cheaper, and PostgreSQL keeps one
 * plan instead of making another each time, which takes longer than the work.
 */
export const FINISH_RUNS = `/* runs.finish */
WITH ending AS (
  SELECT run.id, ended.state, ended.result, ended.error, ended.childless
  FROM (
    SELECT * FROM unnest(
      (SELECT $1::uuid[]), (SELECT $2::int[]), (SELECT $3::text[]), (SELECT $4::json[]), (SELECT $5::json[]), (SELECT $6::boolean[])
    ) AS ended (run_id, epoch, state, result, error, childless)
    ORDER BY run_id
  ) AS ended
  JOIN LATERAL (
    SELECT id FROM millrace.runs AS run
    WHERE run.id = ended.run_id AND run.epoch = ended.epoch AND run.state = 'running'
    FOR UPDATE
  ) AS run ON run.id = ended.run_id
), ended AS (
  UPDATE millrace.runs AS run
  SET state = ending.state, result = ending.result, error = ending.error, finished_at = clock_timestamp()
  FROM ending
  WHERE run.id = ending.id
  RETURNING run.id, run.parent_id, run.parent_seq, run.state, run.state = 'failed' AS fails_map,
            ending.childless,
    ${END_COLUMNS}
), leaving AS (
  SELECT id FROM ended WHERE NOT childless
), ${MARK_LEFT_CHILDREN}, ${COUNT_OFF}
${ENDED_RUNS}`;

/** Runs that these very executions have ended before, in a COMMIT whose outcome was unknown or by their ticket (R14). */
export const FIND_OWN_ENDS = `/* runs.find-own-ends */
SELECT run.id, run.epoch, run.parent_id AS parent_to_wake
FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS ended (run_id, epoch)
JOIN LATERAL (
  SELECT id, epoch, parent_id FROM millrace.runs AS run
  WHERE run.id = ended.run_id AND run.epoch = ended.epoch AND run.state = ANY ($3::text[])
  -- Keeps it a look-up for each.
  OFFSET 0
) AS run ON run.id = ended.run_id`;
