/** A row once the statistics count the run that ended last. */
export const FOLDED_MAPS = `SELECT FROM millrace.run_statistics WHERE grain = 60 AND task_id = 'publish-map' LIMIT 1`;

/** Has what ran in the last minutes have run in each minute of the hour before too, more of it at some times than at others. */
export const REPEAT_RUNS_OVER_THE_HOUR = `
INSERT INTO millrace.run_statistics (grain, at, task_id, queue, measure, bucket, n)
SELECT 60, date_trunc('minute', clock_timestamp()) - minute * interval '1 minute', task_id, queue, measure, bucket,
  greatest(1, round(sum(n) * (0.7 + 0.4 * sin(minute / 7.0) + 0.2 * sin(minute * 2.3)))::bigint)
FROM millrace.run_statistics, generate_series(2, 59) AS minute
WHERE grain = 60 AND (measure <> 'failed' OR minute % 9 IN (2, 3) OR minute % 13 = 5)
GROUP BY minute, task_id, queue, measure, bucket
ON CONFLICT DO NOTHING`;

/** What was queued, running and waiting in each of those minutes. */
export const REPEAT_DEPTHS_OVER_THE_HOUR = `
INSERT INTO millrace.queue_samples (at, queue, queued, running, waiting, oldest_queued_ms)
SELECT date_trunc('minute', clock_timestamp()) - minute * interval '1 minute', 'default',
  greatest(0, round(16 + 14 * sin(minute / 7.0) + 3 * sin(minute * 1.3)))::int,
  round(6 + 3 * sin(minute / 7.0) + sin(minute * 1.7))::int, round(2 + 1.5 * sin(minute / 9.0))::int, 900
FROM generate_series(1, 59) AS minute
ON CONFLICT DO NOTHING`;
