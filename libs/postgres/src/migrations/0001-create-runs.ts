import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- One row a run: the truth that every queue job only points at. Its latest attempt stands in the row itself,
-- so that a run that succeeds at once costs three writes: insert, claim, finish.
CREATE TABLE millrace.runs (
  id                 uuid        PRIMARY KEY,
  task_id            text        NOT NULL,
  queue              text        NOT NULL,
  state              text        NOT NULL,
  trigger            text        NOT NULL,
  priority           integer     NOT NULL DEFAULT 0,
  -- json and not jsonb: an input and a result are kept to the byte, \\u0000 and lone surrogates included.
  input              json        NOT NULL,
  result             json,
  error              json,
  root_id            uuid        NOT NULL,
  parent_id          uuid,
  parent_seq         integer,
  child_index        integer,
  child_key          text,
  -- From the root down to the parent.
  ancestors          uuid[]      NOT NULL DEFAULT '{}',
  epoch              integer     NOT NULL DEFAULT 0,
  delivery           integer     NOT NULL DEFAULT 1,
  attempt            integer     NOT NULL DEFAULT 1,
  max_attempts       integer     NOT NULL,
  -- Null: the task's own.
  backoff            json,
  wakes              integer     NOT NULL DEFAULT 0,
  -- What wakes was for the last execution of this attempt that was suspended.
  logged_wakes       integer,
  worker_id          uuid,
  created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  queued_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at         timestamptz,
  attempt_started_at timestamptz,
  finished_at        timestamptz,

  CONSTRAINT runs_state_known CHECK (state IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  CONSTRAINT runs_trigger_known CHECK (trigger IN ('api', 'file', 'schedule', 'call')),
  CONSTRAINT runs_running_has_worker CHECK (state <> 'running' OR (worker_id IS NOT NULL AND attempt_started_at IS NOT NULL)),
  CONSTRAINT runs_started_when_claimed CHECK ((epoch = 0) = (started_at IS NULL)),
  CONSTRAINT runs_terminal_has_end CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  CONSTRAINT runs_succeeded_has_result CHECK ((state = 'succeeded') = (result IS NOT NULL)),
  CONSTRAINT runs_failed_has_error CHECK (state <> 'failed' OR error IS NOT NULL),
  CONSTRAINT runs_child_knows_place CHECK (
    (parent_id IS NULL) = (parent_seq IS NULL) AND (parent_id IS NULL) = (child_index IS NULL)
    AND (parent_id IS NOT NULL OR root_id = id)
  ),
  CONSTRAINT runs_counts_positive CHECK (epoch >= 0 AND delivery >= 1 AND wakes >= 0 AND attempt BETWEEN 1 AND max_attempts)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

-- No index mentions state or worker_id, so that a claim is a heap-only update.
CREATE INDEX runs_unfinished ON millrace.runs (id) WHERE finished_at IS NULL;
CREATE INDEX runs_unsuccessful ON millrace.runs (id) WHERE error IS NOT NULL;
CREATE INDEX runs_by_task ON millrace.runs (task_id, id);
CREATE INDEX runs_children ON millrace.runs (parent_id, parent_seq, child_index) WHERE parent_id IS NOT NULL;

-- Attempts that were followed by another one.
CREATE TABLE millrace.attempts (
  run_id      uuid        NOT NULL,
  attempt     integer     NOT NULL,
  epoch       integer     NOT NULL,
  state       text        NOT NULL,
  worker_id   uuid,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  error       json        NOT NULL,
  PRIMARY KEY (run_id, attempt),
  CONSTRAINT attempts_state_known CHECK (state IN ('failed', 'lost'))
);

-- One row a call, a map of 10,000 children included.
CREATE TABLE millrace.calls (
  run_id      uuid        NOT NULL,
  seq         integer     NOT NULL,
  kind        text        NOT NULL,
  task_id     text,
  key         text,
  input_hash  text        NOT NULL,
  attempt     integer     NOT NULL,
  children    integer     NOT NULL,
  -- In no index, so that counting down stays a heap-only update.
  pending     integer     NOT NULL,
  opened_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  sealed_at   timestamptz,
  done_at     timestamptz,
  woken_at    timestamptz,
  -- Order in which outcomes became known to the run.
  outcome_seq bigint,
  -- What the run recorded itself: a step's value, a started run's id, the arms of a branch.
  value       json,
  PRIMARY KEY (run_id, seq),
  CONSTRAINT calls_kind_known CHECK (kind IN ('invoke', 'map', 'map-settled', 'step', 'start', 'branch')),
  CONSTRAINT calls_of_tasks_name_them CHECK ((task_id IS NULL) = (kind IN ('step', 'branch'))),
  CONSTRAINT calls_value_of_value_calls CHECK (value IS NULL OR kind IN ('step', 'start', 'branch')),
  CONSTRAINT calls_counted CHECK (pending BETWEEN 0 AND children),
  CONSTRAINT calls_done_when_none_pending CHECK ((pending = 0) = (done_at IS NOT NULL)),
  CONSTRAINT calls_woken_after_done CHECK (woken_at IS NULL OR done_at IS NOT NULL),
  CONSTRAINT calls_known_when_woken CHECK ((woken_at IS NULL) = (outcome_seq IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX calls_unwoken ON millrace.calls (run_id, seq) WHERE done_at IS NOT NULL AND woken_at IS NULL;

CREATE TABLE millrace.run_logs (
  run_id  uuid        NOT NULL,
  n       integer     NOT NULL,
  attempt integer     NOT NULL,
  at      timestamptz NOT NULL,
  level   text        NOT NULL,
  message text        NOT NULL,
  fields  json,
  PRIMARY KEY (run_id, n),
  CONSTRAINT run_logs_level_known CHECK (level IN ('debug', 'info', 'warn', 'error'))
);

CREATE TABLE millrace.idempotency_keys (
  task_id    text        NOT NULL,
  key        text        NOT NULL,
  body_hash  text        NOT NULL,
  run_id     uuid        NOT NULL,
  expires_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '7 days',
  PRIMARY KEY (task_id, key)
);

CREATE INDEX idempotency_keys_expiry ON millrace.idempotency_keys (expires_at);

-- One row a worker process; its lease is over when alive_until has passed by this server's clock.
CREATE TABLE millrace.workers (
  id          uuid        PRIMARY KEY,
  host        text        NOT NULL,
  pid         integer     NOT NULL,
  queues      text[]      NOT NULL,
  started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  alive_until timestamptz NOT NULL,
  -- Set once a worker gave up its lease, or the sweep has taken all its runs back.
  ended_at    timestamptz
) WITH (fillfactor = 50);

CREATE TABLE millrace.task_definitions (
  id            text        PRIMARY KEY,
  description   text,
  queue         text        NOT NULL,
  input_schema  json        NOT NULL,
  result_schema json        NOT NULL,
  max_attempts  integer     NOT NULL,
  code_version  text        NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

const DOWN = `
DROP TABLE millrace.task_definitions, millrace.workers, millrace.idempotency_keys,
  millrace.run_logs, millrace.calls, millrace.attempts, millrace.runs;
`;

/** The tables of runs, their attempts, calls and logs (protocols R1-R8, R15). */
export class CreateRuns0000000000001 implements MigrationInterface {
  readonly name = 'CreateRuns0000000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
