import { GATE_WAITED_AT } from '../../limits/gate-waited-at.sql.js';

/** Longer than it takes to write a changed value beside the jobs. */
const SETTLED = `changed_at < clock_timestamp() - interval '5 seconds' AND coalesce(restoring_until < clock_timestamp(), true)`;
const OLD = `changed_at < clock_timestamp() - interval '15 seconds'`;

export const READ_SENTINELS = `/* queues.read-sentinels */
SELECT queue, value, coalesce(${SETTLED}, true) AS settled, coalesce(${OLD}, false) AS old
FROM (
  SELECT queue FROM millrace.task_definitions
  UNION SELECT unnest(queues) FROM millrace.workers WHERE ended_at IS NULL
  UNION SELECT queue FROM millrace.queue_sentinels
) AS known
LEFT JOIN millrace.queue_sentinels USING (queue)`;

export const RENEW_SENTINELS = `/* queues.renew-sentinels */
UPDATE millrace.queue_sentinels
SET value = $2, changed_at = clock_timestamp()
WHERE queue IN (
  SELECT queue FROM millrace.queue_sentinels
  WHERE queue = ANY ($1::text[]) AND ${OLD} AND ${SETTLED}
  ORDER BY queue
  FOR UPDATE SKIP LOCKED
)
RETURNING queue`;

/** A queue that never had a sentinel gets one that it cannot hold. */
export const RESTORE_QUEUES = `/* queues.restore */
INSERT INTO millrace.queue_sentinels AS known (queue, value, restoring_value, restoring_until)
SELECT queue, gen_random_uuid(), $2, clock_timestamp() + $3::float8 * interval '1 millisecond'
FROM unnest($1::text[]) AS named (queue)
ORDER BY queue
ON CONFLICT (queue) DO UPDATE
SET restoring_value = excluded.restoring_value, restoring_until = excluded.restoring_until
WHERE known.restoring_value = excluded.restoring_value
   OR (known.changed_at < clock_timestamp() - interval '5 seconds' AND coalesce(known.restoring_until < clock_timestamp(), true))
RETURNING queue`;

export const QUEUES_RESTORED = `/* queues.restored */
UPDATE millrace.queue_sentinels
SET value = restoring_value, changed_at = clock_timestamp(), restoring_value = NULL, restoring_until = NULL
WHERE restoring_value = $1`;

export const FIND_QUEUED = `/* runs.find-queued */
SELECT id, task_id, queue, delivery, priority, due_at,
       ${GATE_WAITED_AT}
FROM millrace.runs AS run
WHERE finished_at IS NULL AND state = 'queued' AND queue = ANY ($1::text[])
  AND id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
ORDER BY id
LIMIT $3`;
