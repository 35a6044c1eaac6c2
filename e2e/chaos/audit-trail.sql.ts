/**
 * What chaos alone adds to the database: every change of a run's state as the server saw it, every value that a step
 * recorded, and the table in which the tasks of chaos report their executions.
 */
export const INSTALL_AUDIT_TRAIL = `/* chaos.install */
CREATE SCHEMA chaos;

CREATE TABLE chaos.audit (
  n         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id    uuid        NOT NULL,
  root_id   uuid        NOT NULL,
  old_state text,
  new_state text,
  epoch     integer     NOT NULL,
  delivery  integer     NOT NULL,
  attempt   integer     NOT NULL,
  worker_id uuid,
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Gives the time of the commit, later than at.
  xid       xid         NOT NULL DEFAULT pg_current_xact_id()::xid
);

CREATE TABLE chaos.step_values (
  run_id      uuid    NOT NULL,
  seq         integer NOT NULL,
  value_epoch integer,
  run_epoch   integer NOT NULL
);

CREATE TABLE chaos.executions (
  id              uuid        PRIMARY KEY,
  run_id          uuid        NOT NULL,
  epoch           integer     NOT NULL,
  attempt         integer     NOT NULL,
  task_id         text        NOT NULL,
  pid             integer     NOT NULL,
  -- The epoch that the run's row had for everybody to see when the execution began.
  committed_epoch integer,
  started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at        timestamptz,
  outcome         text
);

CREATE FUNCTION chaos.note_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO chaos.audit (run_id, root_id, old_state, epoch, delivery, attempt, worker_id)
    VALUES (OLD.id, OLD.root_id, OLD.state, OLD.epoch, OLD.delivery, OLD.attempt, OLD.worker_id);
  ELSE
    INSERT INTO chaos.audit (run_id, root_id, old_state, new_state, epoch, delivery, attempt, worker_id)
    VALUES (NEW.id, NEW.root_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.epoch, NEW.delivery, NEW.attempt, NEW.worker_id);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER chaos_note_new AFTER INSERT OR DELETE ON millrace.runs
  FOR EACH ROW EXECUTE FUNCTION chaos.note_run();
CREATE TRIGGER chaos_note_move AFTER UPDATE ON millrace.runs FOR EACH ROW
  WHEN ((OLD.state, OLD.epoch, OLD.delivery, OLD.attempt) IS DISTINCT FROM (NEW.state, NEW.epoch, NEW.delivery, NEW.attempt))
  EXECUTE FUNCTION chaos.note_run();

CREATE FUNCTION chaos.note_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chaos.step_values (run_id, seq, value_epoch, run_epoch)
  SELECT NEW.run_id, NEW.seq, (NEW.value ->> 'epoch')::int, epoch FROM millrace.runs WHERE id = NEW.run_id;
  RETURN NULL;
END $$;

CREATE TRIGGER chaos_note_step AFTER INSERT ON millrace.calls FOR EACH ROW
  WHEN (NEW.kind = 'step') EXECUTE FUNCTION chaos.note_step();
`;

export const READ_AUDIT = `/* chaos.read-audit */
SELECT n, run_id, root_id, old_state, new_state, epoch, delivery, attempt, worker_id,
       extract(epoch FROM at)::float8 * 1000 AS at_ms,
       extract(epoch FROM pg_xact_commit_timestamp(xid))::float8 * 1000 AS committed_ms
FROM chaos.audit ORDER BY n`;

export const READ_RUNS = `/* chaos.read-runs */
SELECT id, task_id, queue, state, epoch, attempt, trigger, root_id, parent_id, parent_seq, child_index, ancestors,
       input::text AS input, result::text AS result, error ->> 'code' AS error_code, error ->> 'message' AS error_message
FROM millrace.runs ORDER BY parent_id, parent_seq, child_index`;

export const READ_EXECUTIONS = `/* chaos.read-executions */
SELECT run_id, epoch, attempt, pid, committed_epoch, outcome,
       extract(epoch FROM started_at)::float8 * 1000 AS started_ms, extract(epoch FROM ended_at)::float8 * 1000 AS ended_ms
FROM chaos.executions`;

export const READ_STEP_VALUES = 'SELECT run_id, seq, value_epoch, run_epoch FROM chaos.step_values';

export const READ_KEYS = 'SELECT key, run_id FROM millrace.idempotency_keys WHERE run_id IS NOT NULL';

/** The slow audit of R10: calls whose count is not that of their unfinished children. */
export const MISCOUNTED_CALLS = `/* chaos.miscounted-calls */
SELECT call.run_id, call.seq, call.pending, call.failed, ended.n AS ended, ended.failed AS ended_badly, call.children
FROM millrace.calls AS call
CROSS JOIN LATERAL (
  SELECT count(*)::int AS n, count(*) FILTER (WHERE state <> 'succeeded')::int AS failed
  FROM millrace.runs AS child
  WHERE child.parent_id = call.run_id AND child.parent_seq = call.seq AND child.finished_at IS NOT NULL
) AS ended
WHERE call.children > 0 AND (call.pending <> call.children - ended.n OR call.failed <> ended.failed)`;

export const READ_FILES = `/* chaos.read-files */
SELECT arrival.id, arrival.path AS name, arrival.state, arrival.run_id, run.state AS run_state,
       encode(content.sha256, 'hex') AS sha256, content.records::int, content.rejected::int, content.rows::int AS rows,
       (SELECT count(*)::int FROM millrace.contents AS same WHERE same.sha256 = content.sha256 AND same.state = 'loaded') AS loads
FROM millrace.arrivals AS arrival
LEFT JOIN millrace.contents AS content ON content.id = arrival.content_id
LEFT JOIN millrace.runs AS run ON run.id = arrival.run_id
ORDER BY arrival.id`;

export const READ_CONTENTS = `/* chaos.read-contents */
WITH given AS (
  SELECT content_id, sum(cardinality(types)) AS rows FROM millrace.detection_events GROUP BY content_id
  UNION ALL
  SELECT content_id, count(*) FROM millrace.status_reports GROUP BY content_id
  UNION ALL
  SELECT arrival.content_id, count(*)
  FROM public.drivers AS driver
  LEFT JOIN millrace.arrivals AS arrival ON arrival.id = driver.file_id
  GROUP BY arrival.content_id
)
SELECT coalesce(content.id, given.content_id)::text AS id, content.state, content.rows::int AS rows, coalesce(given.rows, 0)::int AS given
FROM millrace.contents AS content
FULL JOIN given ON given.content_id = content.id`;

export const FIND_STALE_STATUSES = `/* chaos.find-stale-statuses */
WITH newest AS (
  SELECT DISTINCT ON (vehicle_key) vehicle_key, report_time, status, content_id
  FROM millrace.status_reports
  ORDER BY vehicle_key, report_time DESC, status DESC
)
SELECT vehicle.vehicle_id, latest.status AS latest, newest.status AS newest
FROM millrace.latest_statuses AS latest
FULL JOIN newest ON newest.vehicle_key = latest.vehicle_key
JOIN millrace.vehicles AS vehicle ON vehicle.key = coalesce(latest.vehicle_key, newest.vehicle_key)
WHERE (latest.report_time, latest.status, latest.content_id) IS DISTINCT FROM (newest.report_time, newest.status, newest.content_id)`;

export const COUNT_DETECTIONS = `/* chaos.count-detections */
SELECT vehicle_id, count(*)::int AS detections FROM public.objects_detection_events GROUP BY vehicle_id`;
