import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = `run.id, run.task_id, run.queue, run.state, run.trigger, run.priority, run.attempt, run.max_attempts,
       run.input, run.result, run.error, run.root_id, run.parent_id, run.child_index, run.child_key, run.worker_id,
       run.created_at, run.queued_at, run.due_at, run.started_at, run.finished_at`;

const UP = `
CREATE OR REPLACE VIEW public.runs AS
SELECT ${COLUMNS}, run.progress, run.progress_note
FROM millrace.runs AS run;
`;

// A view loses a column only when it is made anew.
const DOWN = `
DROP VIEW public.runs;
CREATE VIEW public.runs AS
SELECT ${COLUMNS}
FROM millrace.runs AS run;
`;

/** Shows how far a run says it is, in the public view on runs. */
export class ShowProgress0000000000007 implements MigrationInterface {
  readonly name = 'ShowProgress0000000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
