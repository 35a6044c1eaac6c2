import { COUNT_OFF, ENDED_RUNS, MARK_LEFT_CHILDREN } from './count-off.sql.js';

/** Ends runs. */
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
  RETURNING run.id, run.parent_id, run.parent_seq, run.state, run.state = 'failed' AS fails_map
), leaving AS (
  SELECT ended.id FROM ended JOIN unnest($1::uuid[], $6::boolean[]) AS known (run_id, childless) ON known.run_id = ended.id
  WHERE NOT known.childless
), ${MARK_LEFT_CHILDREN}, ${COUNT_OFF}
${ENDED_RUNS}`;

/** Runs that these very executions have ended before, in a COMMIT whose outcome was unknown or by their ticket (R14). */
export const FIND_OWN_ENDS = `/* runs.find-own-ends */
SELECT run.id, run.parent_id AS parent_to_wake
FROM unnest($1::uuid[], $2::int[]) AS ended (run_id, epoch)
JOIN millrace.runs AS run ON run.id = ended.run_id AND run.epoch = ended.epoch
WHERE run.state = ANY ($3::text[])`;
