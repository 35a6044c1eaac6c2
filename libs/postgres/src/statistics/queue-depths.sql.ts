/** Unfinished runs that are looked at, oldest first: the cost of a look is bounded, however many there are. */
export const MOST_COUNTED = 50_000;

/**
 * Unfinished runs by queue and task, and for how long the oldest of those that are due has been queued. By a partial index that
 * finished runs are not in.
 */
const QUEUE_DEPTHS = `
SELECT queue, task_id,
       count(*) FILTER (WHERE state = 'queued')::int AS queued,
       count(*) FILTER (WHERE state = 'running')::int AS running,
       count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
       coalesce(extract(epoch FROM clock_timestamp()
         - min(greatest(queued_at, due_at)) FILTER (WHERE state = 'queued' AND due_at <= clock_timestamp())) * 1000, 0)::float8 AS oldest_queued_ms
FROM (
  SELECT queue, task_id, state, queued_at, due_at FROM millrace.runs WHERE finished_at IS NULL ORDER BY id LIMIT ${MOST_COUNTED}
) AS unfinished
GROUP BY queue, task_id`;

export const READ_QUEUE_DEPTHS = `/* statistics.queue-depths */
${QUEUE_DEPTHS}`;

/** Keeps the greatest depths of each minute; a queue without unfinished runs has no row. */
export const SAMPLE_QUEUES = `/* statistics.sample-queues */
INSERT INTO millrace.queue_samples AS known (at, queue, queued, running, waiting, oldest_queued_ms)
SELECT date_trunc('minute', clock_timestamp()), queue, sum(queued), sum(running), sum(waiting), max(oldest_queued_ms)
FROM (${QUEUE_DEPTHS}) AS depths
GROUP BY queue
ON CONFLICT (at, queue) DO UPDATE
SET queued = greatest(known.queued, excluded.queued), running = greatest(known.running, excluded.running),
    waiting = greatest(known.waiting, excluded.waiting),
    oldest_queued_ms = greatest(known.oldest_queued_ms, excluded.oldest_queued_ms)`;
