/** A worker that was given up for lost and is back takes a new lease; its old runs are gone. */
export const RENEW_LEASE = `/* workers.renew */
INSERT INTO millrace.workers AS worker (id, host, pid, queues, alive_until, tasks)
VALUES ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 millisecond', $6)
ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until, ended_at = NULL`;

/** The sweep takes back at once whatever the worker still holds. */
export const RELEASE_LEASE = `/* workers.release */
UPDATE millrace.workers SET alive_until = clock_timestamp() WHERE id = $1`;
