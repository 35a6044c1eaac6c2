/** One process at a time, for as long as a transaction; who does not get it leaves the work to the one that has it. */
export const TRY_RETENTION_LOCK = `/* retention.lock */
SELECT pg_try_advisory_xact_lock(hashtext('millrace.retention')) AS locked`;

/**
 * A tree may go when its root has ended so long ago and nothing below it is unfinished. Asked again by the statement that
 * deletes: a root that was reopened in between is another version of its row, for which the answer is no.
 */
const MAY_GO = `
run.finished_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
AND NOT EXISTS (
  SELECT FROM millrace.runs AS descendant
  WHERE descendant.root_id = run.id AND descendant.finished_at IS NULL AND descendant.parent_id IS NOT NULL
)`;

/** The next runs by id, and which of them are roots of trees that may go. */
export const FIND_SUCCEEDED_ROOTS = `/* retention.find-succeeded-roots */
SELECT run.id, (run.state = 'succeeded' AND run.parent_id IS NULL AND ${MAY_GO}) AS may_go
FROM millrace.runs AS run
WHERE run.id > $2 AND run.id < $3
ORDER BY run.id
LIMIT $4`;

/** The same of those that failed or were cancelled, by their own index. */
export const FIND_UNSUCCESSFUL_ROOTS = `/* retention.find-unsuccessful-roots */
SELECT run.id, (run.state IN ('failed', 'cancelled') AND run.parent_id IS NULL AND ${MAY_GO}) AS may_go
FROM millrace.runs AS run
WHERE run.error IS NOT NULL AND run.id > $2 AND run.id < $3
ORDER BY run.id
LIMIT $4`;

export const DELETE_ROOTS = `/* retention.delete-roots */
DELETE FROM millrace.runs AS run
WHERE run.id = ANY($2::uuid[]) AND ${MAY_GO}
RETURNING run.id, run.tags`;

/** Any children of deleted runs. Nothing reopens them: a retry finds an ancestor gone. */
export const DELETE_CHILDREN = `/* retention.delete-children */
DELETE FROM millrace.runs AS run
USING (
  SELECT child.id
  FROM unnest($1::uuid[]) AS parent (run_id)
  CROSS JOIN LATERAL (SELECT id FROM millrace.runs WHERE parent_id = parent.run_id LIMIT $2) AS child
  LIMIT $2
) AS child
WHERE run.id = child.id
RETURNING run.id, run.tags`;

export const FIND_DELETED_PARENTS = `/* retention.find-deleted-parents */
SELECT run_id FROM millrace.deleted_parents ORDER BY run_id LIMIT $1`;

export const FORGET_DELETED_PARENTS = `/* retention.forget-deleted-parents */
DELETE FROM millrace.deleted_parents AS parent
WHERE parent.run_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM millrace.runs WHERE parent_id = parent.run_id)`;

/** By the key, which leads by tag. */
export const DELETE_TAGS = `/* retention.delete-tags */
DELETE FROM millrace.run_tags AS kept
USING unnest($1::text[], $2::uuid[]) AS gone (tag, run_id)
WHERE kept.tag = gone.tag AND kept.run_id = gone.run_id`;

/** What belongs to deleted runs; those that had children are noted, so that their children go next. */
export const DELETE_PARTS = `/* retention.delete-parts */
WITH gone AS (
  SELECT unnest($1::uuid[]) AS run_id
), attempts AS (
  DELETE FROM millrace.attempts WHERE run_id IN (SELECT run_id FROM gone)
), moves AS (
  DELETE FROM millrace.run_moves WHERE run_id IN (SELECT run_id FROM gone)
), logs AS (
  DELETE FROM millrace.run_logs WHERE run_id IN (SELECT run_id FROM gone)
), marks AS (
  DELETE FROM millrace.cancel_marks WHERE run_id IN (SELECT run_id FROM gone)
), waits AS (
  DELETE FROM millrace.gate_queue WHERE run_id IN (SELECT run_id FROM gone)
), calls AS (
  DELETE FROM millrace.calls WHERE run_id IN (SELECT run_id FROM gone) RETURNING run_id, children
)
INSERT INTO millrace.deleted_parents (run_id)
SELECT DISTINCT run_id FROM calls WHERE children > 0
ON CONFLICT (run_id) DO NOTHING`;
