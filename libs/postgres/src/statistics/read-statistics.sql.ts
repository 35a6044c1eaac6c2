import { countsOf } from './fold-ends.sql.js';

/** Counts of one grain since a time: what is folded, and what is not yet, by one snapshot. */
const COUNTS = `
counts AS (
  SELECT at, task_id, queue, measure, bucket, n FROM millrace.run_statistics WHERE grain = $1 AND at >= $2
  UNION ALL
  SELECT at, task_id, queue, measure, bucket, n FROM (${countsOf('millrace.run_ends', 'ARRAY[$1::int]')}) AS unfolded WHERE at >= $2
)`;

/** Sums over a window, by task and queue. */
export const READ_STATISTICS = `/* statistics.read */
WITH ${COUNTS}
SELECT task_id AS "taskId", queue, measure, bucket, sum(n)::float8 AS n
FROM counts GROUP BY 1, 2, 3, 4`;

/** Ended runs by state in steps of $3 seconds, of one task or all. */
export const READ_TIMELINE = `/* statistics.timeline */
WITH ${COUNTS}
SELECT to_timestamp(floor(extract(epoch FROM at) / $3::int) * $3::int) AS at, measure AS state, sum(n)::float8 AS n
FROM counts
WHERE measure IN ('succeeded', 'failed', 'cancelled') AND ($4::text IS NULL OR task_id = $4)
GROUP BY 1, 2`;

/** The greatest depths of all queues together, in steps of $2 seconds. */
export const READ_DEPTH_TIMELINE = `/* statistics.depth-timeline */
SELECT to_timestamp(floor(extract(epoch FROM at) / $2::int) * $2::int) AS at,
       max(queued)::int AS queued, max(running)::int AS running, max(waiting)::int AS waiting, max(oldest) AS "oldestQueuedMs"
FROM (
  SELECT at, sum(queued) AS queued, sum(running) AS running, sum(waiting) AS waiting, max(oldest_queued_ms) AS oldest
  FROM millrace.queue_samples WHERE at >= $1 AND ($3::text IS NULL OR queue = $3) GROUP BY at
) AS sample
GROUP BY 1`;

/** Workers whose lease is good. */
export const READ_LIVE_WORKERS = `/* statistics.workers */
SELECT id, host, pid, queues, started_at AS "startedAt" FROM millrace.workers
WHERE ended_at IS NULL AND alive_until > clock_timestamp()
ORDER BY id`;

/** Files that arrived in a window, by feed and state, with what they gave; by the index of feed and id, which carries the time. */
export const READ_FEED_STATISTICS = `/* statistics.feeds */
SELECT arrival.feed, arrival.state, count(*)::int AS files, coalesce(sum(arrival.size), 0)::float8 AS bytes,
       coalesce(sum(content.rows) FILTER (WHERE arrival.state = 'loaded'), 0)::float8 AS rows,
       coalesce(sum(content.rejected) FILTER (WHERE arrival.state = 'loaded'), 0)::float8 AS rejects
FROM unnest($1::text[]) AS wanted (feed)
JOIN millrace.arrivals AS arrival ON arrival.feed = wanted.feed AND arrival.id >= $2
LEFT JOIN millrace.contents AS content ON content.id = arrival.content_id
GROUP BY arrival.feed, arrival.state`;
