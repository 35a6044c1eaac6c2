/** One process at a time; who does not get it leaves the work to the one that has it. */
export const TRY_ROLL_UP_LOCK = `/* roll-ups.lock */
SELECT pg_try_advisory_xact_lock(hashtext('millrace.roll-ups')) AS locked`;

/** The hour that changed first of those that have been at rest for $1 milliseconds or are overdue, after $2. */
export const NEXT_CHANGED_HOUR = `/* roll-ups.next-hour */
SELECT to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS hour
FROM millrace.changed_hours
GROUP BY changed_hours.hour
HAVING max(changed_at) <= clock_timestamp() - $1 * interval '1 ms' OR min(changed_at) <= clock_timestamp() - $2 * interval '1 ms'
ORDER BY min(changed_at)
LIMIT 1`;

/**
 * A statement before those that count: their snapshots are younger, so that they see whatever the marks stood for. A
 * mark that is committed later stays, and the hour is folded again.
 */
export const TAKE_MARKS = `/* roll-ups.take-marks */
DELETE FROM millrace.changed_hours WHERE hour = $1`;

export const FORGET_HOUR = `/* roll-ups.forget-hour */
WITH totals AS (DELETE FROM millrace.detection_totals WHERE hour = $1)
DELETE FROM millrace.detection_hours WHERE hour = $1`;

/** Sets of one object type by vehicle, as the arrays of a roll-up. An event without detections counts as seen. */
const ARRAYS = `
  coalesce(array_agg(type ORDER BY type) FILTER (WHERE type IS NOT NULL), '{}'),
  coalesce(array_agg(count ORDER BY type) FILTER (WHERE type IS NOT NULL), '{}'),
  coalesce(array_agg(sum ORDER BY type) FILTER (WHERE type IS NOT NULL), '{}')`;

const elementsOf = (array: string, like = array) => `unnest(CASE WHEN ${like} = '{}' THEN '{NULL}' ELSE ${array} END)`;

/** Counts what stands in the events now: doing it again changes nothing. */
export const FOLD_HOUR = `/* roll-ups.fold-hour */
WITH detection AS (
  SELECT vehicle_key, detection_time, ${elementsOf('types')} AS type, unnest("values") AS value
  FROM millrace.detection_events
  WHERE detection_time >= $1::timestamptz AND detection_time < $1::timestamptz + interval '1 hour'
), counted AS (
  SELECT vehicle_key, type, count(*) AS count, sum(value) AS sum, max(detection_time) AS last_at
  FROM detection
  GROUP BY vehicle_key, type
), totals AS (
  INSERT INTO millrace.detection_totals (hour, type, count, sum)
  SELECT $1, type, sum(count), sum(sum) FROM counted WHERE type IS NOT NULL GROUP BY type
), folded AS (
  SELECT vehicle_key, max(last_at) AS last_at, ${ARRAYS} FROM counted GROUP BY vehicle_key
)
INSERT INTO millrace.detection_hours (hour, vehicle_id, last_at, types, counts, sums)
SELECT $1, vehicle.vehicle_id, folded.last_at, folded.types, folded.counts, folded.sums
FROM (SELECT * FROM folded) AS folded (vehicle_key, last_at, types, counts, sums)
JOIN millrace.vehicles AS vehicle ON vehicle.key = folded.vehicle_key`;

/** A day whose other hours changed is not read: it is folded with the last of them. */
export const IS_DAY_AT_REST = `/* roll-ups.is-day-at-rest */
SELECT NOT EXISTS (
  SELECT FROM millrace.changed_hours
  WHERE hour >= date_bin('1 day', $1, '2000-01-01Z') AND hour < date_bin('1 day', $1, '2000-01-01Z') + interval '24 hours'
) AS "atRest"`;

export const FORGET_DAY = `/* roll-ups.forget-day */
DELETE FROM millrace.detection_days WHERE day = date_bin('1 day', $1, '2000-01-01Z')`;

export const FOLD_DAY = `/* roll-ups.fold-day */
WITH of_day AS (
  SELECT vehicle_id, last_at, ${elementsOf('types')} AS type, ${elementsOf('counts', 'types')} AS count, ${elementsOf('sums', 'types')} AS sum
  FROM millrace.detection_hours
  WHERE hour >= date_bin('1 day', $1, '2000-01-01Z') AND hour < date_bin('1 day', $1, '2000-01-01Z') + interval '24 hours'
), counted AS (
  SELECT vehicle_id, type, sum(count)::bigint AS count, sum(sum)::bigint AS sum, max(last_at) AS last_at
  FROM of_day
  GROUP BY vehicle_id, type
)
INSERT INTO millrace.detection_days (day, vehicle_id, last_at, types, counts, sums)
SELECT date_bin('1 day', $1, '2000-01-01Z'), vehicle_id, max(last_at), ${ARRAYS} FROM counted GROUP BY vehicle_id`;
