import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- Of an hour or a day that is known only when the query runs, PostgreSQL took a ninth of all rows to be in it, and read a week of
-- 20 million events whole for one hour. What is looked up for each by itself it takes for a two-hundredth.
CREATE OR REPLACE VIEW millrace.changed_events AS
SELECT changed.hour, vehicle.vehicle_id, event.detection_time, event.types, event."values"
FROM (SELECT DISTINCT hour FROM millrace.changed_hours) AS changed
CROSS JOIN LATERAL (
  SELECT vehicle_key, detection_time, types, "values" FROM millrace.detection_events
  WHERE detection_time >= changed.hour AND detection_time < changed.hour + interval '1 hour'
  -- Keeps it a look-up for each.
  OFFSET 0
) AS event
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key;

-- What is rolled up of days that are not as a whole.
CREATE VIEW millrace.hours_of_changed_days AS
SELECT changed.day, rolled.vehicle_id, rolled.last_at, rolled.types, rolled.counts, rolled.sums
FROM millrace.changed_days AS changed
CROSS JOIN LATERAL (
  SELECT hour, vehicle_id, last_at, types, counts, sums FROM millrace.detection_hours
  WHERE hour >= changed.day AND hour < changed.day + interval '24 hours'
  OFFSET 0
) AS rolled
WHERE rolled.hour <> ALL (ARRAY(SELECT hour FROM millrace.changed_hours));

CREATE OR REPLACE VIEW public.detections_daily AS
SELECT counted.vehicle_id, counted.day, type.name AS object_type,
  sum(counted.count)::bigint AS detections, sum(counted.sum)::bigint AS objects
FROM (
  SELECT vehicle_id, day, unnest(types) AS type, unnest(counts) AS count, unnest(sums) AS sum
  FROM millrace.detection_days
  WHERE day <> ALL (ARRAY(SELECT day FROM millrace.changed_days))
  UNION ALL
  SELECT vehicle_id, day, unnest(types), unnest(counts), unnest(sums) FROM millrace.hours_of_changed_days
  UNION ALL
  SELECT vehicle_id, date_bin('1 day', hour, '2000-01-01Z'), unnest(types), 1, unnest("values")
  FROM millrace.changed_events
) AS counted
JOIN millrace.object_types AS type ON type.key = counted.type
GROUP BY counted.vehicle_id, counted.day, type.name;

CREATE OR REPLACE VIEW public.vehicles_last_seen AS
SELECT vehicle_id, max(detected_at) AS last_detection, max(reported_at) AS last_report,
  greatest(max(detected_at), max(reported_at)) AS last_seen
FROM (
  SELECT vehicle_id, last_at AS detected_at, NULL::timestamptz AS reported_at FROM millrace.detection_days
  WHERE day <> ALL (ARRAY(SELECT day FROM millrace.changed_days))
  UNION ALL
  SELECT vehicle_id, last_at, NULL FROM millrace.hours_of_changed_days
  UNION ALL
  SELECT vehicle_id, detection_time, NULL FROM millrace.changed_events
  UNION ALL
  SELECT vehicle_id, NULL, report_time FROM public.vehicle_status
) AS seen
GROUP BY vehicle_id;
`;

const DOWN = `
CREATE OR REPLACE VIEW millrace.changed_events AS
SELECT changed.hour, vehicle.vehicle_id, event.detection_time, event.types, event."values"
FROM (SELECT DISTINCT hour FROM millrace.changed_hours) AS changed
JOIN millrace.detection_events AS event
  ON event.detection_time >= changed.hour AND event.detection_time < changed.hour + interval '1 hour'
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key;

CREATE OR REPLACE VIEW public.detections_daily AS
SELECT counted.vehicle_id, counted.day, type.name AS object_type,
  sum(counted.count)::bigint AS detections, sum(counted.sum)::bigint AS objects
FROM (
  SELECT vehicle_id, day, unnest(types) AS type, unnest(counts) AS count, unnest(sums) AS sum
  FROM millrace.detection_days
  WHERE day <> ALL (ARRAY(SELECT day FROM millrace.changed_days))
  UNION ALL
  SELECT hours.vehicle_id, changed.day, unnest(hours.types), unnest(hours.counts), unnest(hours.sums)
  FROM millrace.changed_days AS changed
  JOIN millrace.detection_hours AS hours ON hours.hour >= changed.day AND hours.hour < changed.day + interval '24 hours'
  WHERE hours.hour <> ALL (ARRAY(SELECT hour FROM millrace.changed_hours))
  UNION ALL
  SELECT vehicle_id, date_bin('1 day', hour, '2000-01-01Z'), unnest(types), 1, unnest("values")
  FROM millrace.changed_events
) AS counted
JOIN millrace.object_types AS type ON type.key = counted.type
GROUP BY counted.vehicle_id, counted.day, type.name;

CREATE OR REPLACE VIEW public.vehicles_last_seen AS
SELECT vehicle_id, max(detected_at) AS last_detection, max(reported_at) AS last_report,
  greatest(max(detected_at), max(reported_at)) AS last_seen
FROM (
  SELECT vehicle_id, last_at AS detected_at, NULL::timestamptz AS reported_at FROM millrace.detection_days
  WHERE day <> ALL (ARRAY(SELECT day FROM millrace.changed_days))
  UNION ALL
  SELECT hours.vehicle_id, hours.last_at, NULL
  FROM millrace.changed_days AS changed
  JOIN millrace.detection_hours AS hours ON hours.hour >= changed.day AND hours.hour < changed.day + interval '24 hours'
  WHERE hours.hour <> ALL (ARRAY(SELECT hour FROM millrace.changed_hours))
  UNION ALL
  SELECT vehicle_id, detection_time, NULL FROM millrace.changed_events
  UNION ALL
  SELECT vehicle_id, NULL, report_time FROM public.vehicle_status
) AS seen
GROUP BY vehicle_id;

DROP VIEW millrace.hours_of_changed_days;
`;

/** Events of hours that changed, and hours of days that changed, are looked up by their index. */
export class LookUpChangedHours0000000000029 implements MigrationInterface {
  readonly name = 'LookUpChangedHours0000000000029';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
