import type { MigrationInterface, QueryRunner } from 'typeorm';

const filesView = (counts: readonly string[]) => `
DROP VIEW public.files;
CREATE VIEW public.files AS
SELECT
  arrival.id, arrival.path AS name, arrival.feed, arrival.state, arrival.size, arrival.found_by, arrival.found_at,
  arrival.ended_at, arrival.run_id, encode(content.sha256, 'hex') AS sha256,
  ${counts.map((count) => `CASE WHEN arrival.state = 'loaded' THEN content.${count} END AS ${count},`).join('\n  ')}
  CASE WHEN arrival.state = 'duplicate' THEN content.arrival_id END AS duplicate_of,
  arrival.reason
FROM millrace.arrivals AS arrival
LEFT JOIN millrace.contents AS content ON content.id = arrival.content_id;

COMMENT ON VIEW public.files IS 'Every appearance of a file in the inbox, and what became of it';
`;

/** The views that read the tables, which are to read the new ones. */
const VIEWS = `
CREATE OR REPLACE VIEW public.objects_detection_events AS
SELECT vehicle.vehicle_id, event.detection_time, type.name AS object_type, detection.value AS object_value
FROM millrace.detection_events AS event
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key
CROSS JOIN LATERAL unnest(event.types, event."values") AS detection (type, value)
JOIN millrace.object_types AS type ON type.key = detection.type;

CREATE OR REPLACE VIEW public.vehicle_status_history AS
SELECT vehicle.vehicle_id, report.report_time, report.status
FROM millrace.status_reports AS report
JOIN millrace.vehicles AS vehicle ON vehicle.key = report.vehicle_key;

CREATE OR REPLACE VIEW millrace.changed_events AS
SELECT changed.hour, vehicle.vehicle_id, event.detection_time, event.types, event."values"
FROM (SELECT DISTINCT hour FROM millrace.changed_hours) AS changed
JOIN millrace.detection_events AS event
  ON event.detection_time >= changed.hour AND event.detection_time < changed.hour + interval '1 hour'
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key;

CREATE OR REPLACE VIEW public.objects_detection_files AS
SELECT vehicle.vehicle_id, event.detection_time, arrival.id AS file_id, arrival.path AS name,
  encode(content.sha256, 'hex') AS sha256
FROM millrace.detection_events AS event
JOIN millrace.vehicles AS vehicle ON vehicle.key = event.vehicle_key
JOIN millrace.contents AS content ON content.id = event.content_id
JOIN millrace.arrivals AS arrival ON arrival.id = content.arrival_id;
`;

const rename = (suffix: string) => `
ALTER TABLE millrace.detection_events RENAME TO detection_events_${suffix};
ALTER TABLE millrace.detection_events_${suffix} RENAME CONSTRAINT detection_events_pkey TO detection_events_${suffix}_pkey;
ALTER TABLE millrace.status_reports RENAME TO status_reports_${suffix};
ALTER TABLE millrace.status_reports_${suffix} RENAME CONSTRAINT status_reports_pkey TO status_reports_${suffix}_pkey;
`;

const createTables = (partitionedBy: (column: string) => string) => `
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
)${partitionedBy('detection_time')};

-- Every report. Two reports of one vehicle and time that differ are both kept.
CREATE TABLE millrace.status_reports (
  vehicle_key bigint      NOT NULL,
  report_time timestamptz NOT NULL,
  status      text        COLLATE "C" NOT NULL,
  content_id  bigint      NOT NULL,
  PRIMARY KEY (vehicle_key, report_time, status)
)${partitionedBy('report_time')};
`;

const move = (suffix: string) => `
INSERT INTO millrace.detection_events SELECT * FROM millrace.detection_events_${suffix};
INSERT INTO millrace.status_reports SELECT * FROM millrace.status_reports_${suffix};
${VIEWS}
DROP TABLE millrace.detection_events_${suffix}, millrace.status_reports_${suffix};
`;

const outcomes = (known: string) => `
ALTER TABLE millrace.rejects
  DROP CONSTRAINT rejects_outcome_known,
  ADD CONSTRAINT rejects_outcome_known CHECK (outcome IN (${known}));
`;

const UP = `
${rename('whole')}
${createTables((column) => ` PARTITION BY RANGE (${column})`)}

-- What was dropped by its age: files that come later do not bring it back.
CREATE TABLE millrace.kept_times (
  relation  text        PRIMARY KEY,
  kept_from timestamptz NOT NULL
);

-- Makes the partitions, of a week from Monday (UTC) each, that rows of these times need; those that are there stay.
-- PARTITION OF would lock the table against the loads that write to it; ATTACH does not.
CREATE FUNCTION millrace.add_partitions(relation text, times timestamptz[]) RETURNS void
LANGUAGE plpgsql SET lock_timeout = '10s' AS $$
DECLARE
  week timestamptz;
  name text;
BEGIN
  -- Two loads may need the same one.
  PERFORM pg_advisory_xact_lock(hashtext('millrace.partitions'));
  EXECUTE format('LOCK TABLE ONLY millrace.%I IN SHARE UPDATE EXCLUSIVE MODE', relation);
  FOR week IN SELECT DISTINCT date_bin('7 days', time, '2000-01-03Z') FROM unnest(times) AS time LOOP
    name := relation || to_char(week AT TIME ZONE 'UTC', '_YYYYMMDD');
    CONTINUE WHEN to_regclass(format('millrace.%I', name)) IS NOT NULL;
    EXECUTE format('CREATE TABLE millrace.%I (LIKE millrace.%I INCLUDING ALL)', name, relation);
    EXECUTE format(
      'ALTER TABLE millrace.%I ATTACH PARTITION millrace.%I FOR VALUES FROM (%L) TO (%L)',
      relation, name, week, week + interval '168 hours'
    );
  END LOOP;
END
$$;

SELECT millrace.add_partitions('detection_events', ARRAY(
  SELECT DISTINCT date_bin('7 days', detection_time, '2000-01-03Z') FROM millrace.detection_events_whole
));
SELECT millrace.add_partitions('status_reports', ARRAY(
  SELECT DISTINCT date_bin('7 days', report_time, '2000-01-03Z') FROM millrace.status_reports_whole
));
${move('whole')}

ALTER TABLE millrace.contents
  -- Records of before the times that are kept.
  ADD COLUMN expired bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT contents_records_add_up,
  ADD CONSTRAINT contents_records_add_up CHECK (records = loaded + unchanged + conflicting + expired + rejected),
  ADD CONSTRAINT contents_expired_positive CHECK (expired >= 0);
${filesView(['records', 'loaded', 'unchanged', 'conflicting', 'expired', 'rejected', 'naive', 'extra', 'rows'])}
${outcomes(`'loaded', 'unchanged', 'conflicting', 'expired'`)}`;

const DOWN = `
${filesView(['records', 'loaded', 'unchanged', 'conflicting', 'rejected', 'naive', 'extra', 'rows'])}
ALTER TABLE millrace.contents
  DROP CONSTRAINT contents_records_add_up,
  DROP COLUMN expired,
  ADD CONSTRAINT contents_records_add_up CHECK (records = loaded + unchanged + conflicting + rejected) NOT VALID;
DROP FUNCTION millrace.add_partitions(text, timestamptz[]);
DROP TABLE millrace.kept_times;
${rename('parts')}
${createTables(() => '')}
${move('parts')}
UPDATE millrace.rejects SET outcome = 'unchanged' WHERE outcome = 'expired';
${outcomes(`'loaded', 'unchanged', 'conflicting'`)}`;

/** Loaded data lies in a partition a week, which is dropped whole when it is old (protocol F6, ADR 16). */
export class PartitionFeedTables0000000000022 implements MigrationInterface {
  readonly name = 'PartitionFeedTables0000000000022';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
