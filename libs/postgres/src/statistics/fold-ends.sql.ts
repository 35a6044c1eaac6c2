/**
 * Counts of batches of ended runs, from a relation of rows of `run_ends`: a row a grain, time, task, queue, measure and
 * bucket. Bucket b holds the times up to 2^(b/4) milliseconds.
 */
export const countsOf = (ends: string, grains: string) => `
SELECT grain, to_timestamp(floor(extract(epoch FROM ended_at) / grain) * grain) AS at, task_id, queue, measure, bucket, sum(n)::bigint AS n
FROM ${ends} AS ends
CROSS JOIN unnest(${grains}) AS grain
CROSS JOIN LATERAL (
  SELECT ends.state AS measure, 0 AS bucket, cardinality(ends.queued_ms) AS n
  UNION ALL
  SELECT times.measure, ceil(4 * ln(greatest(times.ms, 0.1)) / ln(2)), 1
  FROM (
    SELECT 'queued' AS measure, unnest(ends.queued_ms) AS ms UNION ALL SELECT 'ran', unnest(ends.ran_ms)
  ) AS times
  WHERE times.ms IS NOT NULL
) AS counted
GROUP BY 1, 2, 3, 4, 5, 6`;

/** One process at a time; who does not get it leaves the work to the one that has it. */
export const TRY_STATISTICS_LOCK = `/* statistics.lock */
SELECT pg_try_advisory_xact_lock(hashtext('millrace.statistics')) AS locked`;

/** Mostly there is none: a transaction and its lock are spared. */
export const ANY_ENDS = `/* statistics.any */
SELECT EXISTS (SELECT FROM millrace.run_ends) AS "any"`;

/**
 * Moves what ended runs have told into the statistics: deleted and counted by one statement, so that no end is counted
 * twice or never, whatever crashes. Ends that commit later are found by a later turn: nothing is passed over by its time.
 */
export const FOLD_ENDS = `/* statistics.fold */
WITH taken AS (
  DELETE FROM millrace.run_ends WHERE ctid = ANY (ARRAY(SELECT ctid FROM millrace.run_ends LIMIT $1)) RETURNING *
), counted AS (
  ${countsOf('taken', 'ARRAY[60, 3600]')}
), folded AS (
  INSERT INTO millrace.run_statistics AS known (grain, at, task_id, queue, measure, bucket, n)
  SELECT grain, at, task_id, queue, measure, bucket, n FROM counted
  ON CONFLICT (grain, at, task_id, queue, measure, bucket) DO UPDATE SET n = known.n + excluded.n
)
SELECT task_id AS "taskId", queue, measure, bucket::int, sum(n)::float8 AS n, (SELECT count(*) FROM taken)::int AS taken
FROM counted WHERE grain = 60
GROUP BY 1, 2, 3, 4`;

/** Minutes are kept for the short windows, hours for the long ones. */
export const DROP_OLD_STATISTICS = `/* statistics.drop-old */
WITH statistics AS (
  DELETE FROM millrace.run_statistics
  WHERE (grain = 60 AND at < clock_timestamp() - interval '1 day') OR (grain = 3600 AND at < clock_timestamp() - interval '90 days')
)
DELETE FROM millrace.queue_samples WHERE at < clock_timestamp() - interval '90 days'`;
