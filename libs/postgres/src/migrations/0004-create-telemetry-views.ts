import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- What stands in public is the SQL interface; what stands in millrace may change.

CREATE VIEW public.runs AS
SELECT run.id, run.task_id, run.queue, run.state, run.trigger, run.priority, run.attempt, run.max_attempts,
       run.input, run.result, run.error, run.root_id, run.parent_id, run.child_index, run.child_key, run.worker_id,
       run.created_at, run.queued_at, run.due_at, run.started_at, run.finished_at
FROM millrace.runs AS run;

-- Every attempt of every run: the ended ones that were followed by another, and the latest from the run itself.
CREATE VIEW public.run_attempts AS
SELECT run_id, attempt, state, worker_id, started_at, finished_at, error
FROM millrace.attempts
UNION ALL
SELECT id, attempt, state, worker_id, attempt_started_at, finished_at, error
FROM millrace.runs
WHERE attempt_started_at IS NOT NULL;

CREATE VIEW public.run_logs AS
SELECT run_id, n, attempt, at, level, message, fields FROM millrace.run_logs;

-- The names that Airflow users expect. A dag is a task that can be started by itself; its run is a root run.
CREATE VIEW public.dags AS
SELECT id AS dag_id, description, queue, input_schema, result_schema, max_attempts, code_version, registered_at AS last_parsed_time
FROM millrace.task_definitions;

CREATE VIEW public.dag_runs AS
SELECT id, task_id AS dag_id, id AS run_id, trigger AS run_type, state AS status, created_at AS execution_date,
       started_at AS start_time, finished_at AS end_time, input AS conf, result, error
FROM millrace.runs
WHERE parent_id IS NULL;

CREATE VIEW public.task_instances AS
SELECT run.id, run.task_id, root.task_id AS dag_id, run.root_id AS run_id, run.parent_id, run.child_index AS map_index,
       run.state AS status, run.attempt AS try_number, run.max_attempts AS max_tries, run.queue, run.priority AS priority_weight,
       run.worker_id, run.created_at AS execution_date, run.queued_at AS queued_time, run.started_at AS start_time,
       run.finished_at AS end_time, extract(epoch FROM run.finished_at - run.started_at) AS duration, run.error
FROM millrace.runs AS run
JOIN millrace.runs AS root ON root.id = run.root_id
UNION ALL
-- The arms that a branch did not take.
SELECT NULL, arm.name, root.task_id, run.root_id, run.id, NULL, 'skipped', call.attempt, run.max_attempts, run.queue, run.priority,
       NULL, call.opened_at, NULL, NULL, call.opened_at, NULL, NULL
FROM millrace.calls AS call
JOIN millrace.runs AS run ON run.id = call.run_id
JOIN millrace.runs AS root ON root.id = run.root_id
CROSS JOIN LATERAL json_array_elements_text(call.value -> 'skipped') AS arm (name)
WHERE call.kind = 'branch';

CREATE VIEW public.tasks_results AS
SELECT run.id, run.task_id, root.task_id AS dag_id, run.created_at AS execution_date, run.state AS status, run.result,
       run.started_at AS start_time, run.finished_at AS end_time,
       (SELECT string_agg(to_char(log.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ' ' || upper(log.level) || ' '
                          || log.message || coalesce(' ' || log.fields::text, ''), E'\\n' ORDER BY log.n)
        FROM millrace.run_logs AS log WHERE log.run_id = run.id) AS logs
FROM millrace.runs AS run
JOIN millrace.runs AS root ON root.id = run.root_id;
`;

const DOWN = `
DROP VIEW public.tasks_results, public.task_instances, public.dag_runs, public.dags,
  public.run_logs, public.run_attempts, public.runs;
`;

/** The public views on runs (design section 6). */
export class CreateTelemetryViews0000000000004 implements MigrationInterface {
  readonly name = 'CreateTelemetryViews0000000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
