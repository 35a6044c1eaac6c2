export const APPEND_LOGS = `/* runs.append-logs */
INSERT INTO millrace.run_logs (run_id, n, attempt, at, level, message, fields)
SELECT line.run_id, line.n, line.attempt, line.at, line.level, line.message, line.fields
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::timestamptz[], $6::text[], $7::text[], $8::json[])
  AS line (run_id, epoch, n, attempt, at, level, message, fields)
-- A run that its ticket has ended still has lines on their way; of one that goes on elsewhere they are late.
WHERE (SELECT run.state NOT IN ('queued', 'waiting') FROM millrace.runs AS run WHERE run.id = line.run_id AND run.epoch = line.epoch)
-- Sent a second time after a COMMIT whose outcome was unknown.
ON CONFLICT (run_id, n) DO NOTHING`;
