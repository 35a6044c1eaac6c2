import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- Hours whose events changed since they were rolled up: written by the commit that changes them. Appended to alone, and
-- several times the same one, so that two files do not wait for each other.
CREATE TABLE millrace.changed_hours (
  hour       timestamptz NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE INDEX changed_hours_hour ON millrace.changed_hours (hour);

-- What a vehicle saw in an hour: for each object type its detections and the sum of their values. Led by the vehicle's
-- own name, because the views are asked by it, and PostgreSQL takes a name into a UNION but no key that it must look up.
CREATE TABLE millrace.detection_hours (
  hour       timestamptz NOT NULL,
  vehicle_id text        NOT NULL,
  last_at    timestamptz NOT NULL,
  types      smallint[]  NOT NULL,
  counts     bigint[]    NOT NULL,
  sums       bigint[]    NOT NULL,
  PRIMARY KEY (vehicle_id, hour)
);

CREATE INDEX detection_hours_hour ON millrace.detection_hours (hour);

CREATE TABLE millrace.detection_days (
  day        timestamptz NOT NULL,
  vehicle_id text        NOT NULL,
  last_at    timestamptz NOT NULL,
  types      smallint[]  NOT NULL,
  counts     bigint[]    NOT NULL,
  sums       bigint[]    NOT NULL,
  PRIMARY KEY (vehicle_id, day)
);

CREATE INDEX detection_days_day ON millrace.detection_days (day);

-- The same of all vehicles together.
CREATE TABLE millrace.detection_totals (
  hour  timestamptz NOT NULL,
  type  smallint    NOT NULL,
  count bigint      NOT NULL,
  sum   bigint      NOT NULL,
  PRIMARY KEY (hour, type)
);

INSERT INTO millrace.changed_hours (hour)
SELECT DISTINCT date_bin('1 hour', detection_time, '2000-01-01Z') FROM millrace.detection_events;

CREATE VIEW millrace.changed_days AS
SELECT DISTINCT date_bin('1 day', hour, '2000-01-01Z') AS day FROM millrace.changed_hours;

-- Events of the hours that are not rolled up.
CREATE VIEW millrace.changed_events AS
SELECT changed.hour, vehicle.vehicle_id, event.detection_time, event.types, event."values"
FROM (SELECT DISTINCT hour FROM millrace.changed_hours) AS changed
JOIN millrace.detection_events AS event
  ON event.detection_time >= changed.hour AND event.detection_time < changed.hour + interval '1 hour'
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key;

CREATE VIEW public.detections_hourly AS
SELECT counted.vehicle_id, counted.hour, type.name AS object_type,
  sum(counted.count)::bigint AS detections, sum(counted.sum)::bigint AS objects
FROM (
  SELECT vehicle_id, hour, unnest(types) AS type, unnest(counts) AS count, unnest(sums) AS sum
  FROM millrace.detection_hours
  WHERE hour <> ALL (ARRAY(SELECT hour FROM millrace.changed_hours))
  UNION ALL
  SELECT vehicle_id, hour, unnest(types), 1, unnest("values") FROM millrace.changed_events
) AS counted
JOIN millrace.object_types AS type ON type.key = counted.type
GROUP BY counted.vehicle_id, counted.hour, type.name;

COMMENT ON VIEW public.detections_hourly IS
  'Detections of an object type by a vehicle in an hour (UTC): how many, and how many objects they were';

CREATE VIEW public.detections_daily AS
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

COMMENT ON VIEW public.detections_daily IS
  'Detections of an object type by a vehicle on a day (UTC): how many, and how many objects they were';

CREATE VIEW public.detections_hourly_totals AS
SELECT counted.hour, type.name AS object_type,
  sum(counted.count)::bigint AS detections, sum(counted.sum)::bigint AS objects
FROM (
  SELECT hour, type, count, sum FROM millrace.detection_totals
  WHERE hour <> ALL (ARRAY(SELECT hour FROM millrace.changed_hours))
  UNION ALL
  SELECT hour, unnest(types), 1, unnest("values") FROM millrace.changed_events
) AS counted
JOIN millrace.object_types AS type ON type.key = counted.type
GROUP BY counted.hour, type.name;

COMMENT ON VIEW public.detections_hourly_totals IS
  'Detections of an object type by all vehicles in an hour (UTC): how many, and how many objects they were';

CREATE VIEW public.vehicles_last_seen AS
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

COMMENT ON VIEW public.vehicles_last_seen IS 'When a vehicle was last seen: by its newest detection event, by its newest status report';

CREATE VIEW public.objects_detection_files AS
SELECT vehicle.vehicle_id, event.detection_time, arrival.id AS file_id, arrival.path AS name,
  encode(content.sha256, 'hex') AS sha256
FROM millrace.detection_events AS event
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key
JOIN millrace.contents AS content ON content.id = event.content_id
JOIN millrace.arrivals AS arrival ON arrival.id = content.arrival_id;

COMMENT ON VIEW public.objects_detection_files IS 'Which file a detection event came from';
`;

const DOWN = `
DROP VIEW public.objects_detection_files, public.vehicles_last_seen, public.detections_hourly_totals,
  public.detections_daily, public.detections_hourly, millrace.changed_events, millrace.changed_days;
DROP TABLE millrace.detection_totals, millrace.detection_days, millrace.detection_hours, millrace.changed_hours;
`;

/** Hourly and daily roll-ups of detections, and the views that answer from them (ADR 14). */
export class RollUpDetections0000000000020 implements MigrationInterface {
  readonly name = 'RollUpDetections0000000000020';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
