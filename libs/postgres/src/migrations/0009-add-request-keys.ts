import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- A key belongs to a scope: a task for one run started, or the request that it was sent with. A single run stands in
-- run_id; what any other request was answered stands in answer.
ALTER TABLE millrace.idempotency_keys RENAME COLUMN task_id TO scope;
ALTER TABLE millrace.idempotency_keys ALTER COLUMN run_id DROP NOT NULL;
ALTER TABLE millrace.idempotency_keys ADD COLUMN answer json;

-- The latest run of a task that was started under a key: as long as it is unfinished or expires_at has not come, it
-- answers for further starts. A table and no index on runs, so that runs without a key pay nothing.
CREATE TABLE millrace.deduplication_keys (
  task_id    text        NOT NULL,
  key        text        NOT NULL,
  run_id     uuid        NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (task_id, key)
) WITH (fillfactor = 70);
CREATE INDEX deduplication_keys_expiry ON millrace.deduplication_keys (expires_at);

-- Runs that retention has deleted and whose children it has still to delete: a tree too large for one transaction.
CREATE TABLE millrace.deleted_parents (
  run_id     uuid        PRIMARY KEY,
  deleted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE OR REPLACE VIEW public.task_instances AS
SELECT run.id, run.task_id, root.task_id AS dag_id, run.root_id AS run_id, run.parent_id, run.child_index AS map_index,
       run.state AS status, run.attempt AS try_number, run.max_attempts AS max_tries, run.queue, run.priority AS priority_weight,
       run.worker_id, run.created_at AS execution_date, run.queued_at AS queued_time, run.started_at AS start_time,
       run.finished_at AS end_time, extract(epoch FROM run.finished_at - run.started_at) AS duration, run.error
FROM millrace.runs AS run
JOIN millrace.runs AS root ON root.id = run.root_id
UNION ALL
-- The arms of a branch: the one it took, and those it did not.
SELECT NULL, arm.name, root.task_id, run.root_id, run.id, NULL, arm.status, call.attempt, run.max_attempts, run.queue, run.priority,
       NULL, call.opened_at, NULL, NULL, call.opened_at, NULL, NULL
FROM millrace.calls AS call
JOIN millrace.runs AS run ON run.id = call.run_id
JOIN millrace.runs AS root ON root.id = run.root_id
CROSS JOIN LATERAL (
  SELECT call.value ->> 'taken', 'taken'
  UNION ALL
  SELECT name, 'skipped' FROM json_array_elements_text(call.value -> 'skipped') AS skipped (name)
) AS arm (name, status)
WHERE call.kind = 'branch';
`;

const DOWN = `
CREATE OR REPLACE VIEW public.task_instances AS
SELECT run.id, run.task_id, root.task_id AS dag_id, run.root_id AS run_id, run.parent_id, run.child_index AS map_index,
       run.state AS status, run.attempt AS try_number, run.max_attempts AS max_tries, run.queue, run.priority AS priority_weight,
       run.worker_id, run.created_at AS execution_date, run.queued_at AS queued_time, run.started_at AS start_time,
       run.finished_at AS end_time, extract(epoch FROM run.finished_at - run.started_at) AS duration, run.error
FROM millrace.runs AS run
JOIN millrace.runs AS root ON root.id = run.root_id
UNION ALL
SELECT NULL, arm.name, root.task_id, run.root_id, run.id, NULL, 'skipped', call.attempt, run.max_attempts, run.queue, run.priority,
       NULL, call.opened_at, NULL, NULL, call.opened_at, NULL, NULL
FROM millrace.calls AS call
JOIN millrace.runs AS run ON run.id = call.run_id
JOIN millrace.runs AS root ON root.id = run.root_id
CROSS JOIN LATERAL json_array_elements_text(call.value -> 'skipped') AS arm (name)
WHERE call.kind = 'branch';

DROP TABLE millrace.deleted_parents, millrace.deduplication_keys;

DELETE FROM millrace.idempotency_keys WHERE run_id IS NULL;
ALTER TABLE millrace.idempotency_keys DROP COLUMN answer;
ALTER TABLE millrace.idempotency_keys ALTER COLUMN run_id SET NOT NULL;
ALTER TABLE millrace.idempotency_keys RENAME COLUMN scope TO task_id;
`;

/** Keys of requests and of runs that must not be there twice, and what retention has under way (protocols R15). */
export class AddRequestKeys0000000000009 implements MigrationInterface {
  readonly name = 'AddRequestKeys0000000000009';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
