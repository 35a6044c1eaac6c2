import { timeOfHour } from './time-of-hour.js';

/**
 * Held until the commit: meanwhile no partition is dropped, and what is listed is all there is. Of the table alone, so that
 * one with many partitions takes one lock.
 */
export const lockForLoad = (table: string) => `LOCK TABLE ONLY millrace.${table} IN ROW EXCLUSIVE MODE`;

/** Weeks as the hours since 2000 at which they begin. */
export const LIST_PARTITIONS = `/* partitions.list */
SELECT
  (SELECT (extract(epoch FROM kept_from) * 1000)::float8 FROM millrace.kept_times WHERE relation = $1) AS "keptFromMs",
  ARRAY(
    SELECT (to_date(right(relname, 8), 'YYYYMMDD') - date '2000-01-01') * 24
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = ('millrace.' || $1)::regclass
  ) AS weeks`;

export const FIND_KEPT_FROM = `/* partitions.find-kept-from */
SELECT (extract(epoch FROM kept_from) * 1000)::float8 AS "keptFromMs" FROM millrace.kept_times WHERE relation = $1`;

export const ADD_PARTITIONS = `/* partitions.add */
SELECT millrace.add_partitions($1, ARRAY(
  SELECT ${timeOfHour('hour')} FROM unnest($2::int[]) AS hour
))`;
