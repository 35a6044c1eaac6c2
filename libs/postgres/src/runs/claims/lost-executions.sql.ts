/** Those of these executions whose run goes on without them; one that has ended its run has not lost it. */
export const FIND_LOST_EXECUTIONS = `/* runs.find-lost-executions */
SELECT asked.run_id AS id, asked.epoch
FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS asked (run_id, epoch)
WHERE (SELECT run.state NOT IN ('queued', 'waiting') FROM millrace.runs AS run WHERE run.id = asked.run_id AND run.epoch = asked.epoch)
  IS NOT TRUE`;
