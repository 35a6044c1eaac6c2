/** One process at a time, for as long as a transaction; who does not get it leaves the work to the one that has it. */
export const TRY_PARTITION_RETENTION_LOCK = `/* partition-retention.lock */
SELECT pg_try_advisory_xact_lock(hashtext('millrace.partition-retention')) AS locked`;

/** From now on loads count as expired what is older than $2 milliseconds, by whole weeks. */
export const MOVE_KEPT_FROM = `/* partition-retention.move-kept-from */
INSERT INTO millrace.kept_times AS kept (relation, kept_from)
SELECT $1, date_bin('7 days', clock_timestamp() - $2::float8 * interval '1 millisecond', '2000-01-03Z')
ON CONFLICT (relation) DO UPDATE SET kept_from = excluded.kept_from WHERE excluded.kept_from > kept.kept_from`;

const WEEK = `to_date(right(relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'`;

/** Partitions of before what is kept, oldest first, and whether the roll-ups still need their events. */
export const FIND_EXPIRED_PARTITIONS = `/* partition-retention.find-expired */
SELECT partition.relname AS name, pg_total_relation_size(partition.oid)::float8 AS bytes,
  $1 = 'detection_events' AND EXISTS (
    SELECT FROM millrace.changed_hours WHERE hour >= partition.week AND hour < partition.week + interval '168 hours'
  ) AS "isAwaited"
FROM (
  SELECT pg_class.oid, relname, ${WEEK} AS week
  FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
  WHERE inhparent = ('millrace.' || $1)::regclass
) AS partition
JOIN millrace.kept_times AS kept ON kept.relation = $1 AND partition.week < kept.kept_from
ORDER BY partition.week`;

/** Waits behind whoever reads or loads, and everybody else behind this: not for long. */
export const LIMIT_LOCK_WAIT = `/* partition-retention.limit-wait */
SELECT set_config('lock_timeout', '500ms', true)`;

/** Nobody loads, unloads or folds while this is held, and what they wrote before is committed. */
export const lockWhole = (table: string) => `LOCK TABLE ONLY millrace.${table} IN ACCESS EXCLUSIVE MODE`;

/** @param partition a name that `FIND_EXPIRED_PARTITIONS` gave */
export const dropPartition = (partition: string) => `DROP TABLE millrace.${partition}`;
