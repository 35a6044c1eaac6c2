CREATE TABLE millrace.arrivals (
  id uuid NOT NULL,
  feed text NOT NULL,
  path text NOT NULL,
  device numeric(20,0) NOT NULL,
  inode numeric(20,0) NOT NULL,
  size bigint NOT NULL,
  mtime_ns bigint NOT NULL,
  found_by text NOT NULL,
  state text NOT NULL DEFAULT 'arrived'::text,
  run_id uuid NOT NULL,
  content_id bigint,
  reason json,
  found_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamp with time zone,
  superseded_by uuid,
  excerpt bytea,
  excerpt_offset bigint,
  CONSTRAINT arrivals_content_known FOREIGN KEY (content_id) REFERENCES contents(id),
  CONSTRAINT arrivals_ended CHECK (((state = 'arrived'::text) = (ended_at IS NULL))),
  CONSTRAINT arrivals_excerpt_bounded CHECK ((((octet_length(excerpt) >= 1) AND (octet_length(excerpt) <= 512)) AND (excerpt_offset >= 0))),
  CONSTRAINT arrivals_excerpt_of_refused CHECK (((excerpt IS NULL) OR (state = 'quarantined'::text))),
  CONSTRAINT arrivals_excerpt_paired CHECK (((excerpt IS NULL) = (excerpt_offset IS NULL))),
  CONSTRAINT arrivals_found_by_known CHECK ((found_by = ANY (ARRAY['event'::text, 'scan'::text, 'api'::text]))),
  CONSTRAINT arrivals_has_content CHECK (((state = ANY (ARRAY['loaded'::text, 'duplicate'::text, 'unloaded'::text, 'superseded'::text])) = (content_id IS NOT NULL))),
  CONSTRAINT arrivals_has_reason CHECK (((state = ANY (ARRAY['quarantined'::text, 'failed'::text, 'vanished'::text])) = (reason IS NOT NULL))),
  CONSTRAINT arrivals_has_superseder CHECK (((state = 'superseded'::text) = (superseded_by IS NOT NULL))),
  CONSTRAINT arrivals_pkey PRIMARY KEY (id),
  CONSTRAINT arrivals_size_positive CHECK ((size >= 0)),
  CONSTRAINT arrivals_state_known CHECK ((state = ANY (ARRAY['arrived'::text, 'loaded'::text, 'duplicate'::text, 'quarantined'::text, 'failed'::text, 'vanished'::text, 'unloaded'::text, 'superseded'::text]))),
  CONSTRAINT arrivals_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES arrivals(id)
);

CREATE TABLE millrace.attempts (
  run_id uuid NOT NULL,
  attempt integer NOT NULL,
  epoch integer NOT NULL,
  state text NOT NULL,
  worker_id uuid,
  started_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  error json NOT NULL,
  CONSTRAINT attempts_pkey PRIMARY KEY (run_id, attempt),
  CONSTRAINT attempts_state_known CHECK ((state = ANY (ARRAY['failed'::text, 'lost'::text, 'cancelled'::text])))
);

CREATE TABLE millrace.calls (
  run_id uuid NOT NULL,
  seq integer NOT NULL,
  kind text NOT NULL,
  task_id text,
  key text,
  input_hash text NOT NULL,
  attempt integer NOT NULL,
  children integer NOT NULL,
  pending integer NOT NULL,
  opened_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  sealed_at timestamp with time zone,
  done_at timestamp with time zone,
  woken_at timestamp with time zone,
  outcome_seq bigint,
  value json,
  failed integer NOT NULL DEFAULT 0,
  concurrency integer,
  error json,
  CONSTRAINT calls_concurrency_positive CHECK ((concurrency > 0)),
  CONSTRAINT calls_counted CHECK (((pending >= 0) AND (pending <= children))),
  CONSTRAINT calls_done_when_none_pending CHECK (((pending = 0) = (done_at IS NOT NULL))),
  CONSTRAINT calls_error_of_steps CHECK (((error IS NULL) OR ((kind = 'step'::text) AND (value IS NULL)))),
  CONSTRAINT calls_failures_have_ended CHECK (((failed >= 0) AND (failed <= (children - pending)))),
  CONSTRAINT calls_kind_known CHECK ((kind = ANY (ARRAY['invoke'::text, 'map'::text, 'map-settled'::text, 'step'::text, 'start'::text, 'branch'::text]))),
  CONSTRAINT calls_known_when_woken CHECK (((woken_at IS NULL) = (outcome_seq IS NULL))),
  CONSTRAINT calls_of_tasks_name_them CHECK (((task_id IS NULL) = (kind = ANY (ARRAY['step'::text, 'branch'::text])))),
  CONSTRAINT calls_pkey PRIMARY KEY (run_id, seq),
  CONSTRAINT calls_value_of_value_calls CHECK (((value IS NULL) OR (kind = ANY (ARRAY['step'::text, 'start'::text, 'branch'::text])))),
  CONSTRAINT calls_woken_after_done CHECK (((woken_at IS NULL) OR (done_at IS NOT NULL)))
) WITH (fillfactor=70, autovacuum_vacuum_threshold=5000, autovacuum_analyze_threshold=5000);

CREATE TABLE millrace.cancel_marks (
  run_id uuid NOT NULL,
  seq integer,
  cause text NOT NULL,
  marked_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT cancel_marks_cause_known CHECK ((cause = ANY (ARRAY['request'::text, 'sibling-failed'::text, 'parent-ended'::text]))),
  CONSTRAINT cancel_marks_once UNIQUE NULLS NOT DISTINCT (run_id, seq)
);

CREATE TABLE millrace.changed_hours (
  hour timestamp with time zone NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);

CREATE TABLE millrace.claim_gate (

);

CREATE TABLE millrace.contents (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  feed text NOT NULL,
  sha256 bytea NOT NULL,
  size bigint NOT NULL,
  state text NOT NULL DEFAULT 'loaded'::text,
  arrival_id uuid NOT NULL,
  records bigint NOT NULL,
  loaded bigint NOT NULL,
  unchanged bigint NOT NULL,
  conflicting bigint NOT NULL,
  rows bigint NOT NULL,
  loaded_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  rejected bigint NOT NULL DEFAULT 0,
  naive bigint NOT NULL DEFAULT 0,
  extra bigint NOT NULL DEFAULT 0,
  expired bigint NOT NULL DEFAULT 0,
  first_hour timestamp with time zone,
  last_hour timestamp with time zone,
  CONSTRAINT contents_arrival_id_fkey FOREIGN KEY (arrival_id) REFERENCES arrivals(id),
  CONSTRAINT contents_counts_positive CHECK ((LEAST(size, records, loaded, unchanged, conflicting, rows) >= 0)),
  CONSTRAINT contents_expired_positive CHECK ((expired >= 0)),
  CONSTRAINT contents_hours_ordered CHECK ((first_hour <= last_hour)),
  CONSTRAINT contents_hours_paired CHECK (((first_hour IS NULL) = (last_hour IS NULL))),
  CONSTRAINT contents_oddities_bounded CHECK ((((naive >= 0) AND (naive <= records)) AND ((extra >= 0) AND (extra <= records)))),
  CONSTRAINT contents_pkey PRIMARY KEY (id),
  CONSTRAINT contents_records_add_up CHECK ((records = ((((loaded + unchanged) + conflicting) + expired) + rejected))),
  CONSTRAINT contents_rejected_positive CHECK ((rejected >= 0)),
  CONSTRAINT contents_sha256_length CHECK ((octet_length(sha256) = 32)),
  CONSTRAINT contents_state_known CHECK ((state = ANY (ARRAY['loaded'::text, 'unloaded'::text, 'superseded'::text])))
);

CREATE TABLE millrace.deduplication_keys (
  task_id text NOT NULL,
  key text NOT NULL,
  run_id uuid NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT deduplication_keys_pkey PRIMARY KEY (task_id, key)
) WITH (fillfactor=70);

CREATE TABLE millrace.deleted_parents (
  run_id uuid NOT NULL,
  deleted_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT deleted_parents_pkey PRIMARY KEY (run_id)
);

CREATE TABLE millrace.detection_days (
  day timestamp with time zone NOT NULL,
  vehicle_id text NOT NULL,
  last_at timestamp with time zone NOT NULL,
  types smallint[] NOT NULL,
  counts bigint[] NOT NULL,
  sums bigint[] NOT NULL,
  CONSTRAINT detection_days_pkey PRIMARY KEY (vehicle_id, day)
);

CREATE TABLE millrace.detection_events (
  detection_time timestamp with time zone NOT NULL,
  vehicle_key bigint NOT NULL,
  content_id bigint NOT NULL,
  types smallint[] NOT NULL,
  "values" integer[] NOT NULL,
  CONSTRAINT detection_events_paired CHECK ((cardinality(types) = cardinality("values"))),
  CONSTRAINT detection_events_pkey PRIMARY KEY (detection_time, vehicle_key)
) PARTITION BY RANGE (detection_time);

CREATE TABLE millrace.detection_hours (
  hour timestamp with time zone NOT NULL,
  vehicle_id text NOT NULL,
  last_at timestamp with time zone NOT NULL,
  types smallint[] NOT NULL,
  counts bigint[] NOT NULL,
  sums bigint[] NOT NULL,
  CONSTRAINT detection_hours_pkey PRIMARY KEY (vehicle_id, hour)
);

CREATE TABLE millrace.detection_totals (
  hour timestamp with time zone NOT NULL,
  type smallint NOT NULL,
  count bigint NOT NULL,
  sum bigint NOT NULL,
  CONSTRAINT detection_totals_pkey PRIMARY KEY (hour, type)
);

CREATE TABLE millrace.gate_queue (
  run_id uuid NOT NULL,
  delivery integer NOT NULL,
  gate text NOT NULL,
  priority integer NOT NULL,
  CONSTRAINT gate_queue_pkey PRIMARY KEY (run_id)
) WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0.02);

CREATE TABLE millrace.gate_slots (
  gate text NOT NULL,
  run_id uuid NOT NULL,
  delivery integer NOT NULL,
  used_at timestamp with time zone,
  CONSTRAINT gate_slots_pkey PRIMARY KEY (gate, run_id, delivery)
) WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0.02);

CREATE TABLE millrace.idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  body_hash text NOT NULL,
  run_id uuid,
  expires_at timestamp with time zone NOT NULL DEFAULT (clock_timestamp() + '7 days'::interval),
  answer json,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key)
);

CREATE TABLE millrace.kept_times (
  relation text NOT NULL,
  kept_from timestamp with time zone NOT NULL,
  CONSTRAINT kept_times_pkey PRIMARY KEY (relation)
);

CREATE TABLE millrace.latest_statuses (
  vehicle_key bigint NOT NULL,
  report_time timestamp with time zone NOT NULL,
  status text NOT NULL,
  content_id bigint NOT NULL,
  CONSTRAINT latest_statuses_pkey PRIMARY KEY (vehicle_key)
) WITH (fillfactor=70);

CREATE TABLE millrace.object_types (
  key smallint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text NOT NULL,
  CONSTRAINT object_types_name_once UNIQUE (name),
  CONSTRAINT object_types_pkey PRIMARY KEY (key)
);

CREATE TABLE millrace.queue_samples (
  at timestamp with time zone NOT NULL,
  queue text NOT NULL,
  queued integer NOT NULL,
  running integer NOT NULL,
  waiting integer NOT NULL,
  oldest_queued_ms double precision NOT NULL,
  CONSTRAINT queue_samples_pkey PRIMARY KEY (at, queue)
) WITH (fillfactor=70);

CREATE TABLE millrace.queue_sentinels (
  queue text NOT NULL,
  value uuid NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  restoring_value uuid,
  restoring_until timestamp with time zone,
  CONSTRAINT queue_sentinels_pkey PRIMARY KEY (queue),
  CONSTRAINT queue_sentinels_restored_by_one CHECK (((restoring_value IS NULL) = (restoring_until IS NULL)))
);

CREATE TABLE millrace.rejects (
  arrival_id uuid NOT NULL,
  index integer NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  byte_offset bigint NOT NULL,
  byte_length integer NOT NULL,
  line bigint NOT NULL,
  pointer text NOT NULL,
  raw bytea NOT NULL,
  resolved_at timestamp with time zone,
  resolved_by uuid,
  outcome text,
  corrected bytea,
  CONSTRAINT rejects_arrival_id_fkey FOREIGN KEY (arrival_id) REFERENCES arrivals(id),
  CONSTRAINT rejects_outcome_known CHECK ((outcome = ANY (ARRAY['loaded'::text, 'unchanged'::text, 'conflicting'::text, 'expired'::text]))),
  CONSTRAINT rejects_pkey PRIMARY KEY (arrival_id, index),
  CONSTRAINT rejects_place_sound CHECK (((index >= 0) AND (byte_offset >= 0) AND (byte_length >= 1) AND (line >= 1))),
  CONSTRAINT rejects_raw_bounded CHECK ((octet_length(raw) <= LEAST(byte_length, 65536))),
  CONSTRAINT rejects_resolved_whole CHECK (((num_nonnulls(resolved_at, resolved_by, outcome) = ANY (ARRAY[0, 3])) AND ((corrected IS NULL) OR (outcome IS NOT NULL))))
);

CREATE TABLE millrace.run_ends (
  ended_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  task_id text NOT NULL,
  queue text NOT NULL,
  state text NOT NULL,
  queued_ms real[] NOT NULL,
  ran_ms real[] NOT NULL,
  CONSTRAINT run_ends_paired CHECK ((cardinality(queued_ms) = cardinality(ran_ms))),
  CONSTRAINT run_ends_state_ended CHECK ((state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])))
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

CREATE TABLE millrace.run_logs (
  run_id uuid NOT NULL,
  n integer NOT NULL,
  attempt integer NOT NULL,
  at timestamp with time zone NOT NULL,
  level text NOT NULL,
  message text NOT NULL,
  fields json,
  CONSTRAINT run_logs_level_known CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warn'::text, 'error'::text]))),
  CONSTRAINT run_logs_pkey PRIMARY KEY (run_id, n)
);

CREATE TABLE millrace.run_moves (
  run_id uuid NOT NULL,
  number integer NOT NULL,
  state text NOT NULL,
  attempt integer NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT run_moves_pkey PRIMARY KEY (run_id, number),
  CONSTRAINT run_moves_state_known CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
) WITH (autovacuum_vacuum_scale_factor=0.05);

CREATE TABLE millrace.run_statistics (
  grain integer NOT NULL,
  at timestamp with time zone NOT NULL,
  task_id text NOT NULL,
  queue text NOT NULL,
  measure text NOT NULL,
  bucket smallint NOT NULL,
  n bigint NOT NULL,
  CONSTRAINT run_statistics_grain_known CHECK ((grain = ANY (ARRAY[60, 3600]))),
  CONSTRAINT run_statistics_measure_known CHECK ((measure = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'queued'::text, 'ran'::text]))),
  CONSTRAINT run_statistics_pkey PRIMARY KEY (grain, at, task_id, queue, measure, bucket)
) WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0.05);

CREATE TABLE millrace.run_tags (
  tag text NOT NULL,
  run_id uuid NOT NULL,
  CONSTRAINT run_tags_pkey PRIMARY KEY (tag, run_id),
  CONSTRAINT run_tags_short CHECK (((char_length(tag) >= 1) AND (char_length(tag) <= 64)))
) WITH (autovacuum_vacuum_scale_factor=0.05);

CREATE TABLE millrace.runs (
  id uuid NOT NULL,
  task_id text NOT NULL,
  queue text NOT NULL,
  state text NOT NULL,
  trigger text NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  input json NOT NULL,
  result json,
  error json,
  root_id uuid NOT NULL,
  parent_id uuid,
  parent_seq integer,
  child_index integer,
  child_key text,
  ancestors uuid[] NOT NULL DEFAULT '{}'::uuid[],
  epoch integer NOT NULL DEFAULT 0,
  delivery integer NOT NULL DEFAULT 1,
  attempt integer NOT NULL DEFAULT 1,
  max_attempts integer NOT NULL,
  backoff json,
  wakes integer NOT NULL DEFAULT 0,
  logged_wakes integer,
  worker_id uuid,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  queued_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  due_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  started_at timestamp with time zone,
  attempt_started_at timestamp with time zone,
  finished_at timestamp with time zone,
  deadline_at timestamp with time zone,
  executed_ms double precision NOT NULL DEFAULT 0,
  first_attempt integer NOT NULL DEFAULT 1,
  memo_from integer,
  ancestor_seqs integer[] NOT NULL DEFAULT '{}'::integer[],
  progress real,
  progress_note text,
  gates text[],
  admitted integer,
  timeout_ms double precision,
  deduplication_key text,
  trace text,
  tags text[],
  CONSTRAINT runs_ancestors_paired CHECK ((cardinality(ancestors) = cardinality(ancestor_seqs))),
  CONSTRAINT runs_cancelled_has_error CHECK (((state <> 'cancelled'::text) OR (error IS NOT NULL))),
  CONSTRAINT runs_child_knows_place CHECK ((((parent_id IS NULL) = (parent_seq IS NULL)) AND ((parent_id IS NULL) = (child_index IS NULL)) AND ((parent_id IS NOT NULL) OR (root_id = id)))),
  CONSTRAINT runs_counts_positive CHECK (((epoch >= 0) AND (delivery >= 1) AND (wakes >= 0) AND ((attempt >= 1) AND (attempt <= max_attempts)))),
  CONSTRAINT runs_failed_has_error CHECK (((state <> 'failed'::text) OR (error IS NOT NULL))),
  CONSTRAINT runs_gates_not_empty CHECK ((cardinality(gates) > 0)),
  CONSTRAINT runs_pkey PRIMARY KEY (id),
  CONSTRAINT runs_progress_fraction CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))),
  CONSTRAINT runs_running_has_worker CHECK (((state <> 'running'::text) OR ((worker_id IS NOT NULL) AND (attempt_started_at IS NOT NULL)))),
  CONSTRAINT runs_series_started CHECK (((first_attempt >= 1) AND (first_attempt <= attempt))),
  CONSTRAINT runs_started_when_claimed CHECK (((epoch = 0) = (started_at IS NULL))),
  CONSTRAINT runs_state_known CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  CONSTRAINT runs_succeeded_has_result CHECK (((state = 'succeeded'::text) = (result IS NOT NULL))),
  CONSTRAINT runs_terminal_has_end CHECK (((state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
  CONSTRAINT runs_trigger_known CHECK ((trigger = ANY (ARRAY['api'::text, 'file'::text, 'schedule'::text, 'call'::text])))
) WITH (fillfactor=70, autovacuum_vacuum_scale_factor=0.02, autovacuum_analyze_scale_factor=0.05, autovacuum_vacuum_threshold=5000, autovacuum_analyze_threshold=5000);

CREATE TABLE millrace.status_reports (
  vehicle_key bigint NOT NULL,
  report_time timestamp with time zone NOT NULL,
  status text NOT NULL,
  content_id bigint NOT NULL,
  CONSTRAINT status_reports_pkey PRIMARY KEY (vehicle_key, report_time, status)
) PARTITION BY RANGE (report_time);

CREATE TABLE millrace.task_definitions (
  id text NOT NULL,
  description text,
  queue text NOT NULL,
  input_schema json NOT NULL,
  result_schema json NOT NULL,
  max_attempts integer NOT NULL,
  code_version text NOT NULL,
  registered_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  concurrency_limit integer,
  rate_max integer,
  rate_per_ms double precision,
  CONSTRAINT task_definitions_pkey PRIMARY KEY (id)
);

CREATE TABLE millrace.vehicles (
  key bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  vehicle_id text NOT NULL,
  CONSTRAINT vehicles_id_once UNIQUE (vehicle_id),
  CONSTRAINT vehicles_pkey PRIMARY KEY (key)
);

CREATE TABLE millrace.workers (
  id uuid NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  queues text[] NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  alive_until timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  tasks text[],
  CONSTRAINT workers_pkey PRIMARY KEY (id)
) WITH (fillfactor=50);

CREATE UNIQUE INDEX arrivals_appearance_once ON millrace.arrivals USING btree (path, device, inode, size, mtime_ns) WHERE (state <> 'vanished'::text);

CREATE INDEX arrivals_content ON millrace.arrivals USING btree (content_id) WHERE (content_id IS NOT NULL);

CREATE INDEX arrivals_feed ON millrace.arrivals USING btree (feed, id);

CREATE UNIQUE INDEX arrivals_open_once ON millrace.arrivals USING btree (path, device, inode) WHERE (state = 'arrived'::text);

CREATE UNIQUE INDEX arrivals_supersedes_one ON millrace.arrivals USING btree (superseded_by) WHERE (superseded_by IS NOT NULL);

CREATE INDEX arrivals_unusual ON millrace.arrivals USING btree (state, id) WHERE (state <> 'loaded'::text);

CREATE INDEX calls_unwoken ON millrace.calls USING btree (run_id, seq) WHERE ((done_at IS NOT NULL) AND (woken_at IS NULL));

CREATE INDEX changed_hours_hour ON millrace.changed_hours USING btree (hour);

CREATE UNIQUE INDEX contents_loaded_once ON millrace.contents USING btree (feed, sha256) WHERE (state = 'loaded'::text);

CREATE INDEX deduplication_keys_expiry ON millrace.deduplication_keys USING btree (expires_at);

CREATE INDEX detection_days_day ON millrace.detection_days USING btree (day);

CREATE INDEX detection_hours_hour ON millrace.detection_hours USING btree (hour);

CREATE INDEX gate_queue_order ON millrace.gate_queue USING btree (gate, priority DESC, run_id);

CREATE INDEX idempotency_keys_expiry ON millrace.idempotency_keys USING btree (expires_at);

CREATE INDEX latest_statuses_status ON millrace.latest_statuses USING btree (status, vehicle_key);

CREATE INDEX runs_by_task ON millrace.runs USING btree (task_id, id);

CREATE INDEX runs_children ON millrace.runs USING btree (parent_id, parent_seq, child_index) WHERE (parent_id IS NOT NULL);

CREATE INDEX runs_deadline ON millrace.runs USING btree (deadline_at) WHERE ((finished_at IS NULL) AND (deadline_at IS NOT NULL));

CREATE INDEX runs_unfinished ON millrace.runs USING btree (id) WHERE (finished_at IS NULL);

CREATE INDEX runs_unfinished_descendants ON millrace.runs USING btree (root_id, id) WHERE ((finished_at IS NULL) AND (parent_id IS NOT NULL));

CREATE INDEX runs_unsuccessful ON millrace.runs USING btree (id) WHERE (error IS NOT NULL);

CREATE VIEW millrace.changed_days AS
 SELECT DISTINCT date_bin('1 day'::interval, hour, '2000-01-01 00:00:00+00'::timestamp with time zone) AS day
   FROM changed_hours;

CREATE VIEW millrace.changed_events AS
 SELECT changed.hour,
    vehicle.vehicle_id,
    event.detection_time,
    event.types,
    event."values"
   FROM ((( SELECT DISTINCT changed_hours.hour
           FROM changed_hours) changed
     CROSS JOIN LATERAL ( SELECT detection_events.vehicle_key,
            detection_events.detection_time,
            detection_events.types,
            detection_events."values"
           FROM detection_events
          WHERE ((detection_events.detection_time >= changed.hour) AND (detection_events.detection_time < (changed.hour + '01:00:00'::interval)))
         OFFSET 0) event)
     JOIN vehicles vehicle ON ((vehicle.key = event.vehicle_key)));

CREATE VIEW millrace.hours_of_changed_days AS
 SELECT changed.day,
    rolled.vehicle_id,
    rolled.last_at,
    rolled.types,
    rolled.counts,
    rolled.sums
   FROM (changed_days changed
     CROSS JOIN LATERAL ( SELECT detection_hours.hour,
            detection_hours.vehicle_id,
            detection_hours.last_at,
            detection_hours.types,
            detection_hours.counts,
            detection_hours.sums
           FROM detection_hours
          WHERE ((detection_hours.hour >= changed.day) AND (detection_hours.hour < (changed.day + '24:00:00'::interval)))
         OFFSET 0) rolled)
  WHERE (rolled.hour <> ALL (ARRAY( SELECT changed_hours.hour
           FROM changed_hours)));

CREATE VIEW public.dag_runs AS
 SELECT id,
    task_id AS dag_id,
    id AS run_id,
    trigger AS run_type,
    state AS status,
    created_at AS execution_date,
    started_at AS start_time,
    finished_at AS end_time,
    input AS conf,
    result,
    error
   FROM runs
  WHERE (parent_id IS NULL);

CREATE VIEW public.dags AS
 SELECT id AS dag_id,
    description,
    queue,
    input_schema,
    result_schema,
    max_attempts,
    code_version,
    registered_at AS last_parsed_time
   FROM task_definitions;

CREATE VIEW public.detections_daily AS
 SELECT counted.vehicle_id,
    counted.day,
    type.name AS object_type,
    (sum(counted.count))::bigint AS detections,
    (sum(counted.sum))::bigint AS objects
   FROM (( SELECT detection_days.vehicle_id,
            detection_days.day,
            unnest(detection_days.types) AS type,
            unnest(detection_days.counts) AS count,
            unnest(detection_days.sums) AS sum
           FROM detection_days
          WHERE (detection_days.day <> ALL (ARRAY( SELECT changed_days.day
                   FROM changed_days)))
        UNION ALL
         SELECT hours_of_changed_days.vehicle_id,
            hours_of_changed_days.day,
            unnest(hours_of_changed_days.types) AS unnest,
            unnest(hours_of_changed_days.counts) AS unnest,
            unnest(hours_of_changed_days.sums) AS unnest
           FROM hours_of_changed_days
        UNION ALL
         SELECT changed_events.vehicle_id,
            date_bin('1 day'::interval, changed_events.hour, '2000-01-01 00:00:00+00'::timestamp with time zone) AS date_bin,
            unnest(changed_events.types) AS unnest,
            1,
            unnest(changed_events."values") AS unnest
           FROM changed_events) counted
     JOIN object_types type ON ((type.key = counted.type)))
  GROUP BY counted.vehicle_id, counted.day, type.name;

CREATE VIEW public.detections_hourly AS
 SELECT counted.vehicle_id,
    counted.hour,
    type.name AS object_type,
    (sum(counted.count))::bigint AS detections,
    (sum(counted.sum))::bigint AS objects
   FROM (( SELECT detection_hours.vehicle_id,
            detection_hours.hour,
            unnest(detection_hours.types) AS type,
            unnest(detection_hours.counts) AS count,
            unnest(detection_hours.sums) AS sum
           FROM detection_hours
          WHERE (detection_hours.hour <> ALL (ARRAY( SELECT changed_hours.hour
                   FROM changed_hours)))
        UNION ALL
         SELECT changed_events.vehicle_id,
            changed_events.hour,
            unnest(changed_events.types) AS unnest,
            1,
            unnest(changed_events."values") AS unnest
           FROM changed_events) counted
     JOIN object_types type ON ((type.key = counted.type)))
  GROUP BY counted.vehicle_id, counted.hour, type.name;

CREATE VIEW public.detections_hourly_totals AS
 SELECT counted.hour,
    type.name AS object_type,
    (sum(counted.count))::bigint AS detections,
    (sum(counted.sum))::bigint AS objects
   FROM (( SELECT detection_totals.hour,
            detection_totals.type,
            detection_totals.count,
            detection_totals.sum
           FROM detection_totals
          WHERE (detection_totals.hour <> ALL (ARRAY( SELECT changed_hours.hour
                   FROM changed_hours)))
        UNION ALL
         SELECT changed_events.hour,
            unnest(changed_events.types) AS unnest,
            1,
            unnest(changed_events."values") AS unnest
           FROM changed_events) counted
     JOIN object_types type ON ((type.key = counted.type)))
  GROUP BY counted.hour, type.name;

CREATE VIEW public.files AS
 SELECT arrival.id,
    arrival.path AS name,
    arrival.feed,
    arrival.state,
    arrival.size,
    arrival.found_by,
    arrival.found_at,
    arrival.ended_at,
    arrival.run_id,
    encode(content.sha256, 'hex'::text) AS sha256,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.records
            ELSE NULL::bigint
        END AS records,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.loaded
            ELSE NULL::bigint
        END AS loaded,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.unchanged
            ELSE NULL::bigint
        END AS unchanged,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.conflicting
            ELSE NULL::bigint
        END AS conflicting,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.expired
            ELSE NULL::bigint
        END AS expired,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.rejected
            ELSE NULL::bigint
        END AS rejected,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.naive
            ELSE NULL::bigint
        END AS naive,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.extra
            ELSE NULL::bigint
        END AS extra,
        CASE
            WHEN (arrival.state = 'loaded'::text) THEN content.rows
            ELSE NULL::bigint
        END AS rows,
        CASE
            WHEN (arrival.state = 'duplicate'::text) THEN content.arrival_id
            ELSE NULL::uuid
        END AS duplicate_of,
    arrival.reason,
    arrival.superseded_by,
    ( SELECT earlier.id
           FROM arrivals earlier
          WHERE (earlier.superseded_by = arrival.id)) AS supersedes
   FROM (arrivals arrival
     LEFT JOIN contents content ON ((content.id = arrival.content_id)));

CREATE VIEW public.objects_detection_events AS
 SELECT vehicle.vehicle_id,
    event.detection_time,
    type.name AS object_type,
    detection.value AS object_value
   FROM (((detection_events event
     JOIN vehicles vehicle ON ((vehicle.key = event.vehicle_key)))
     CROSS JOIN LATERAL UNNEST(event.types, event."values") detection(type, value))
     JOIN object_types type ON ((type.key = detection.type)));

CREATE VIEW public.objects_detection_files AS
 SELECT vehicle.vehicle_id,
    event.detection_time,
    arrival.id AS file_id,
    arrival.path AS name,
    encode(content.sha256, 'hex'::text) AS sha256
   FROM (((detection_events event
     JOIN vehicles vehicle ON ((vehicle.key = event.vehicle_key)))
     JOIN contents content ON ((content.id = event.content_id)))
     JOIN arrivals arrival ON ((arrival.id = content.arrival_id)));

CREATE VIEW public.rejects AS
 SELECT arrival_id AS file_id,
    index,
    code,
    message,
    byte_offset,
    byte_length,
    line,
    pointer,
    raw,
    resolved_at,
    resolved_by,
    outcome,
    corrected
   FROM rejects;

CREATE VIEW public.run_attempts AS
 SELECT attempts.run_id,
    attempts.attempt,
    attempts.state,
    attempts.worker_id,
    attempts.started_at,
    attempts.finished_at,
    attempts.error
   FROM attempts
UNION ALL
 SELECT runs.id AS run_id,
    runs.attempt,
    runs.state,
    runs.worker_id,
    runs.attempt_started_at AS started_at,
    runs.finished_at,
    runs.error
   FROM runs
  WHERE (runs.attempt_started_at IS NOT NULL);

CREATE VIEW public.run_logs AS
 SELECT run_id,
    n,
    attempt,
    at,
    level,
    message,
    fields
   FROM run_logs;

CREATE VIEW public.run_tags AS
 SELECT tag,
    run_id
   FROM run_tags;

CREATE VIEW public.runs AS
 SELECT id,
    task_id,
    queue,
    state,
    trigger,
    priority,
    attempt,
    max_attempts,
    input,
    result,
    error,
    root_id,
    parent_id,
    child_index,
    child_key,
    worker_id,
    created_at,
    queued_at,
    due_at,
    started_at,
    finished_at,
    progress,
    progress_note,
    COALESCE(tags, '{}'::text[]) AS tags
   FROM runs run;

CREATE VIEW public.task_instances AS
 SELECT run.id,
    run.task_id,
    root.task_id AS dag_id,
    run.root_id AS run_id,
    run.parent_id,
    run.child_index AS map_index,
    run.state AS status,
    run.attempt AS try_number,
    run.max_attempts AS max_tries,
    run.queue,
    run.priority AS priority_weight,
    run.worker_id,
    run.created_at AS execution_date,
    run.queued_at AS queued_time,
    run.started_at AS start_time,
    run.finished_at AS end_time,
    EXTRACT(epoch FROM (run.finished_at - run.started_at)) AS duration,
    run.error
   FROM (runs run
     JOIN runs root ON ((root.id = run.root_id)))
UNION ALL
 SELECT NULL::uuid AS id,
    arm.name AS task_id,
    root.task_id AS dag_id,
    run.root_id AS run_id,
    run.id AS parent_id,
    NULL::integer AS map_index,
    arm.status,
    call.attempt AS try_number,
    run.max_attempts AS max_tries,
    run.queue,
    run.priority AS priority_weight,
    NULL::uuid AS worker_id,
    call.opened_at AS execution_date,
    NULL::timestamp with time zone AS queued_time,
    NULL::timestamp with time zone AS start_time,
    call.opened_at AS end_time,
    NULL::numeric AS duration,
    NULL::json AS error
   FROM (((calls call
     JOIN runs run ON ((run.id = call.run_id)))
     JOIN runs root ON ((root.id = run.root_id)))
     CROSS JOIN LATERAL ( SELECT (call.value ->> 'taken'::text) AS "?column?",
            'taken'::text AS "?column?"
        UNION ALL
         SELECT skipped.name,
            'skipped'::text
           FROM json_array_elements_text((call.value -> 'skipped'::text)) skipped(name)) arm(name, status))
  WHERE (call.kind = 'branch'::text);

CREATE VIEW public.tasks_results AS
 SELECT run.id,
    run.task_id,
    root.task_id AS dag_id,
    run.created_at AS execution_date,
    run.state AS status,
    run.result,
    run.started_at AS start_time,
    run.finished_at AS end_time,
    ( SELECT string_agg((((((to_char((log.at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text) || ' '::text) || upper(log.level)) || ' '::text) || log.message) || COALESCE((' '::text || (log.fields)::text), ''::text)), '
'::text ORDER BY log.n) AS string_agg
           FROM run_logs log
          WHERE (log.run_id = run.id)) AS logs
   FROM (runs run
     JOIN runs root ON ((root.id = run.root_id)));

CREATE VIEW public.vehicle_status AS
 SELECT vehicle.vehicle_id,
    latest.report_time,
    latest.status
   FROM (latest_statuses latest
     JOIN vehicles vehicle ON ((vehicle.key = latest.vehicle_key)));

CREATE VIEW public.vehicle_status_history AS
 SELECT vehicle.vehicle_id,
    report.report_time,
    report.status
   FROM (status_reports report
     JOIN vehicles vehicle ON ((vehicle.key = report.vehicle_key)));

CREATE VIEW public.vehicles_last_seen AS
 SELECT vehicle_id,
    max(detected_at) AS last_detection,
    max(reported_at) AS last_report,
    GREATEST(max(detected_at), max(reported_at)) AS last_seen
   FROM ( SELECT detection_days.vehicle_id,
            detection_days.last_at AS detected_at,
            NULL::timestamp with time zone AS reported_at
           FROM detection_days
          WHERE (detection_days.day <> ALL (ARRAY( SELECT changed_days.day
                   FROM changed_days)))
        UNION ALL
         SELECT hours_of_changed_days.vehicle_id,
            hours_of_changed_days.last_at,
            NULL::timestamp with time zone
           FROM hours_of_changed_days
        UNION ALL
         SELECT changed_events.vehicle_id,
            changed_events.detection_time,
            NULL::timestamp with time zone
           FROM changed_events
        UNION ALL
         SELECT vehicle_status.vehicle_id,
            NULL::timestamp with time zone,
            vehicle_status.report_time
           FROM vehicle_status) seen
  GROUP BY vehicle_id;

CREATE OR REPLACE FUNCTION millrace.add_partitions(relation text, times timestamp with time zone[])
 RETURNS void
 LANGUAGE plpgsql
 SET lock_timeout TO '10s'
AS $function$
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
$function$
;

CREATE OR REPLACE FUNCTION millrace.keep_move()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  -- A note for who watches: it may never fail the write that it goes with.
  INSERT INTO millrace.run_moves (run_id, number, state, attempt, at)
  SELECT OLD.id, millrace.move_number(OLD.state, OLD.delivery, OLD.epoch, OLD.attempt), OLD.state, OLD.attempt, OLD.finished_at
  WHERE OLD.finished_at IS NOT NULL
  UNION ALL
  SELECT NEW.id, millrace.move_number(NEW.state, NEW.delivery, NEW.epoch, NEW.attempt), NEW.state, NEW.attempt,
         CASE WHEN OLD.started_at IS NULL AND NEW.state = 'running' THEN NEW.started_at ELSE clock_timestamp() END
  ON CONFLICT (run_id, number) DO NOTHING;
  RETURN NULL;
END $function$
;

CREATE OR REPLACE FUNCTION millrace.move_number(state text, delivery integer, epoch integer, attempt integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((3 * (((delivery + epoch) + attempt) - 2)) + CASE state WHEN 'queued'::text THEN 1 WHEN 'running'::text THEN 1 WHEN 'waiting'::text THEN 2 ELSE 3 END)
;

CREATE TRIGGER keep_move AFTER UPDATE ON millrace.runs FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) AND ((new.state = ANY (ARRAY['queued'::text, 'waiting'::text])) OR ((new.state = 'running'::text) AND (((new.epoch + new.delivery) + new.attempt) > 3))))) EXECUTE FUNCTION keep_move();
