import { timeOfHour } from '../partitions/time-of-hour.js';

export const COPY_EVENTS =
  'COPY millrace.detection_events (detection_time, vehicle_key, content_id, types, "values") FROM STDIN (FORMAT binary)';

export const CREATE_STAGED_EVENTS = `/* detection-events.stage */
CREATE TEMP TABLE staged_events (
  ordinal        bigint      GENERATED ALWAYS AS IDENTITY,
  detection_time timestamptz NOT NULL,
  vehicle_key    bigint      NOT NULL,
  content_id     bigint      NOT NULL,
  types          smallint[]  NOT NULL,
  "values"       integer[]   NOT NULL
) ON COMMIT DROP`;

export const COPY_STAGED_EVENTS =
  'COPY pg_temp.staged_events (detection_time, vehicle_key, content_id, types, "values") FROM STDIN (FORMAT binary)';

/** Of equal keys in the file the first; in key order, so that two files do not deadlock. */
export const ADD_MISSING_EVENTS = `/* detection-events.add-missing */
WITH wanted AS (
  SELECT DISTINCT ON (detection_time, vehicle_key) detection_time, vehicle_key, content_id, types, "values"
  FROM pg_temp.staged_events
  ORDER BY detection_time, vehicle_key, ordinal
), added AS (
  INSERT INTO millrace.detection_events (detection_time, vehicle_key, content_id, types, "values")
  SELECT detection_time, vehicle_key, content_id, types, "values" FROM wanted
  WHERE NOT EXISTS (
    SELECT FROM millrace.detection_events AS known
    WHERE known.detection_time = wanted.detection_time AND known.vehicle_key = wanted.vehicle_key
  )
  ORDER BY detection_time, vehicle_key
  -- Another file may commit the same event after this statement's snapshot was taken.
  ON CONFLICT DO NOTHING
  RETURNING types
)
SELECT count(*)::int AS added, coalesce(sum(cardinality(types)), 0)::int AS rows FROM added`;

/** A statement of its own: its snapshot sees what others committed while the last one waited for them. */
export const COUNT_EQUAL_EVENTS = `/* detection-events.count-equal */
SELECT count(*)::int AS equal
FROM pg_temp.staged_events AS staged
JOIN millrace.detection_events AS kept USING (detection_time, vehicle_key)
WHERE kept.types = staged.types AND kept."values" = staged."values"`;

/** No index leads by content, which would cost every load: the hours say where its events are. */
export const DELETE_EVENTS = `/* detection-events.delete */
WITH gone AS (
  DELETE FROM millrace.detection_events
  WHERE content_id = $1
    AND detection_time >= (SELECT coalesce(first_hour, '-infinity') FROM millrace.contents WHERE id = $1)
    AND detection_time < (SELECT coalesce(last_hour + interval '1 hour', 'infinity') FROM millrace.contents WHERE id = $1)
  RETURNING detection_time, types
), marked AS (
  INSERT INTO millrace.changed_hours (hour) SELECT DISTINCT date_bin('1 hour', detection_time, '2000-01-01Z') FROM gone
)
SELECT coalesce(sum(cardinality(types)), 0)::float8 AS rows FROM gone`;

/** Appended to alone, without a unique key: two files of one hour do not wait for each other. */
export const MARK_HOURS = `/* detection-events.mark-hours */
INSERT INTO millrace.changed_hours (hour)
SELECT ${timeOfHour('hour')} FROM unnest($1::int[]) AS hour`;
