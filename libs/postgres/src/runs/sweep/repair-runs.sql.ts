import { GATE_WAITED_AT } from '../../limits/gate-waited-at.sql.js';

/** No lease is over until one full lease after the server started: until then nobody could renew. */
const LEASE_OVER = `
worker.alive_until < clock_timestamp() AND worker.ended_at IS NULL
AND pg_postmaster_start_time() < clock_timestamp() - $1::float8 * interval '1 millisecond'`;

export const FIND_LOST_RUNS = `/* runs.find-lost */
WITH lost AS MATERIALIZED (
  SELECT worker.id FROM millrace.workers AS worker WHERE ${LEASE_OVER}
)
SELECT run.id, run.epoch, run.attempt, run.max_attempts, run.worker_id
FROM millrace.runs AS run
-- First this, so that normally no run is looked at: beside a transaction that is open for long, the index of unfinished
-- runs keeps those that have finished since.
WHERE (SELECT count(*) > 0 FROM lost)
  AND run.worker_id = ANY (ARRAY(SELECT id FROM lost)) AND run.finished_at IS NULL AND run.state = 'running'
ORDER BY run.id
LIMIT $2`;

export const RETIRE_WORKERS = `/* workers.retire */
WITH over AS MATERIALIZED (
  -- A minute later, when no claim made under the lease can still be on its way to its COMMIT.
  SELECT id FROM millrace.workers WHERE alive_until < clock_timestamp() - interval '1 minute' AND ended_at IS NULL
)
UPDATE millrace.workers AS worker
SET ended_at = clock_timestamp()
WHERE (SELECT count(*) > 0 FROM over) AND worker.id = ANY (ARRAY(SELECT id FROM over))
  AND NOT EXISTS (
    SELECT FROM millrace.runs AS run
    WHERE run.worker_id = worker.id AND run.finished_at IS NULL AND run.state = 'running'
  )`;

export const FIND_UNWOKEN_PARENTS = `/* runs.find-unwoken-parents */
SELECT DISTINCT run_id
FROM millrace.calls
WHERE done_at IS NOT NULL AND woken_at IS NULL AND done_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
LIMIT $2`;

export const FIND_OVERDUE = `/* runs.find-overdue */
SELECT id, task_id, queue, delivery, priority, due_at,
       ${GATE_WAITED_AT}
FROM millrace.runs AS run
WHERE finished_at IS NULL AND state = 'queued'
  AND greatest(queued_at, due_at) < clock_timestamp() - $1::float8 * interval '1 millisecond'
  AND id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
ORDER BY id
LIMIT $3`;

export const REDELIVER = `/* runs.redeliver */
WITH stuck AS (
  SELECT run.id
  FROM (SELECT * FROM unnest($1::uuid[], $2::int[]) AS found (run_id, delivery) ORDER BY run_id) AS found
  JOIN LATERAL (
    SELECT id FROM millrace.runs AS run
    WHERE run.id = found.run_id AND run.delivery = found.delivery AND run.state = 'queued'
    FOR UPDATE
  ) AS run ON run.id = found.run_id
)
UPDATE millrace.runs AS run
SET delivery = run.delivery + 1, queued_at = clock_timestamp()
FROM stuck
WHERE run.id = stuck.id
RETURNING run.id, run.task_id, run.queue, run.delivery, run.priority, run.due_at`;
