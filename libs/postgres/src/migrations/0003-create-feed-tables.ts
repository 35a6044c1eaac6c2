import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- Short keys for the texts that repeat in every event; given once and kept for good, also when their file is rolled back.
CREATE TABLE millrace.vehicles (
  key        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  vehicle_id text   NOT NULL,
  CONSTRAINT vehicles_id_once UNIQUE (vehicle_id)
);

CREATE TABLE millrace.object_types (
  key  smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text     NOT NULL,
  CONSTRAINT object_types_name_once UNIQUE (name)
);

-- One row an event with its detections as arrays: the unique key, the cost of a load, is paid once an event.
-- No foreign keys: they would be checked row by row. Keys and contents are never deleted.
CREATE TABLE millrace.detection_events (
  detection_time timestamptz NOT NULL,
  vehicle_key    bigint      NOT NULL,
  content_id     bigint      NOT NULL,
  types          smallint[]  NOT NULL,
  "values"       integer[]   NOT NULL,
  PRIMARY KEY (detection_time, vehicle_key),
  CONSTRAINT detection_events_paired CHECK (cardinality(types) = cardinality("values"))
);

-- Every report. Two reports of one vehicle and time that differ are both kept.
CREATE TABLE millrace.status_reports (
  vehicle_key bigint      NOT NULL,
  report_time timestamptz NOT NULL,
  status      text        COLLATE "C" NOT NULL,
  content_id  bigint      NOT NULL,
  PRIMARY KEY (vehicle_key, report_time, status)
);

-- The newest report of each vehicle; of two at one time the one whose status sorts last, whichever came first.
CREATE TABLE millrace.latest_statuses (
  vehicle_key bigint      PRIMARY KEY,
  report_time timestamptz NOT NULL,
  status      text        COLLATE "C" NOT NULL,
  content_id  bigint      NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX latest_statuses_status ON millrace.latest_statuses (status, vehicle_key);

CREATE VIEW public.objects_detection_events AS
SELECT vehicle.vehicle_id, event.detection_time, type.name AS object_type, detection.value AS object_value
FROM millrace.detection_events AS event
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key
CROSS JOIN LATERAL unnest(event.types, event."values") AS detection (type, value)
JOIN millrace.object_types AS type ON type.key = detection.type;

COMMENT ON VIEW public.objects_detection_events IS 'One row a detection: how many objects of a type a vehicle saw at a time';

CREATE VIEW public.vehicle_status AS
SELECT vehicle.vehicle_id, latest.report_time, latest.status
FROM millrace.latest_statuses AS latest
JOIN millrace.vehicles AS vehicle ON vehicle.key = latest.vehicle_key;

COMMENT ON VIEW public.vehicle_status IS 'The newest status report of each vehicle';

CREATE VIEW public.vehicle_status_history AS
SELECT vehicle.vehicle_id, report.report_time, report.status
FROM millrace.status_reports AS report
JOIN millrace.vehicles AS vehicle ON vehicle.key = report.vehicle_key;

COMMENT ON VIEW public.vehicle_status_history IS 'Every status report of each vehicle';
`;

const DOWN = `
DROP VIEW public.vehicle_status_history, public.vehicle_status, public.objects_detection_events;
DROP TABLE millrace.latest_statuses, millrace.status_reports, millrace.detection_events, millrace.object_types,
  millrace.vehicles;
`;

/** The tables of the shipped feeds, and the public views over them. */
export class CreateFeedTables0000000000003 implements MigrationInterface {
  readonly name = 'CreateFeedTables0000000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
