export const APPEND_LOGS = `/* runs.append-logs */
INSERT INTO millrace.run_logs (run_id, n, attempt, at, level, message, fields)
SELECT line.run_id, line.n, line.attempt, line.at, line.level, line.message, line.fields
FROM unnest(
  (SELECT $1::uuid[]), (SELECT $2::int[]), (SELECT $3::int[]), (SELECT $4::int[]), (SELECT $5::timestamptz[]), (SELECT $6::text[]),
  (SELECT $7::text[]), (SELECT $8::json[])
) AS line (run_id, epoch, n, attempt, at, level, message, fields)
-- A run that its ticket has ended still has lines on their way; of one that goes on elsewhere they are late.
WHERE (SELECT run.state NOT IN ('queued', 'waiting') FROM millrace.runs AS run WHERE run.id = line.run_id AND run.epoch = line.epoch)
-- Sent a second time after a COMMIT whose outcome was unknown.
ON CONFLICT (run_id, n) DO NOTHING`;
