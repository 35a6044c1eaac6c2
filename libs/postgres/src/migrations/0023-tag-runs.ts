import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- Null and not an empty list: most runs have none, and pay nothing.
ALTER TABLE millrace.runs ADD COLUMN tags text[];

-- Finds the newest runs of a tag, however many have it: an inverted index (GIN) over runs.tags would sort all of them first,
-- and take new entries again when each of them ends. Written with the run, which holds the same tags, and never changed.
CREATE TABLE millrace.run_tags (
  tag text NOT NULL,
  run_id uuid NOT NULL,
  CONSTRAINT run_tags_pkey PRIMARY KEY (tag, run_id),
  CONSTRAINT run_tags_short CHECK (char_length(tag) BETWEEN 1 AND 64)
) WITH (autovacuum_vacuum_scale_factor = 0.05);

CREATE OR REPLACE VIEW public.runs AS
SELECT id, task_id, queue, state, trigger, priority, attempt, max_attempts, input, result, error, root_id, parent_id, child_index,
       child_key, worker_id, created_at, queued_at, due_at, started_at, finished_at, progress, progress_note,
       coalesce(tags, '{}') AS tags
FROM millrace.runs AS run;

CREATE VIEW public.run_tags AS SELECT tag, run_id FROM millrace.run_tags;
`;

const DOWN = `
DROP VIEW public.run_tags, public.runs;
CREATE VIEW public.runs AS
SELECT id, task_id, queue, state, trigger, priority, attempt, max_attempts, input, result, error, root_id, parent_id, child_index,
       child_key, worker_id, created_at, queued_at, due_at, started_at, finished_at, progress, progress_note
FROM millrace.runs AS run;
DROP TABLE millrace.run_tags;
ALTER TABLE millrace.runs DROP COLUMN tags;
`;

/** Tags of runs, and what finds runs by them (ADR 17). */
export class TagRuns0000000000023 implements MigrationInterface {
  readonly name = 'TagRuns0000000000023';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
