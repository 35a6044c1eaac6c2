import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
ALTER TABLE millrace.runs
  -- When its whole life is over, waiting and queue time included; null: never.
  ADD COLUMN deadline_at   timestamptz,
  -- Executing time of this attempt in its earlier executions, in milliseconds.
  ADD COLUMN executed_ms   double precision NOT NULL DEFAULT 0,
  -- The attempt that a person's latest retry began with: the policy counts from here.
  ADD COLUMN first_attempt integer NOT NULL DEFAULT 1,
  -- From this call on the record is a memo; null: all of it binds.
  ADD COLUMN memo_from     integer,
  -- The call at each ancestor that leads to this run.
  ADD COLUMN ancestor_seqs integer[] NOT NULL DEFAULT '{}',
  ADD COLUMN progress      real,
  ADD COLUMN progress_note text,
  ADD CONSTRAINT runs_series_started CHECK (first_attempt BETWEEN 1 AND attempt),
  ADD CONSTRAINT runs_progress_fraction CHECK (progress BETWEEN 0 AND 1),
  ADD CONSTRAINT runs_cancelled_has_error CHECK (state <> 'cancelled' OR error IS NOT NULL);

WITH RECURSIVE path (id, seqs) AS (
  SELECT id, '{}'::integer[] FROM millrace.runs WHERE parent_id IS NULL
  UNION ALL
  SELECT child.id, path.seqs || child.parent_seq FROM path JOIN millrace.runs AS child ON child.parent_id = path.id
)
UPDATE millrace.runs AS run SET ancestor_seqs = path.seqs FROM path WHERE run.id = path.id AND run.parent_id IS NOT NULL;

ALTER TABLE millrace.runs
  ADD CONSTRAINT runs_ancestors_paired CHECK (cardinality(ancestors) = cardinality(ancestor_seqs));

CREATE INDEX runs_unfinished_descendants ON millrace.runs (root_id, id) WHERE finished_at IS NULL AND parent_id IS NOT NULL;
CREATE INDEX runs_deadline ON millrace.runs (deadline_at) WHERE finished_at IS NULL AND deadline_at IS NOT NULL;

-- Children that failed or were cancelled, of those that have ended.
ALTER TABLE millrace.calls ADD COLUMN failed integer NOT NULL DEFAULT 0;
UPDATE millrace.calls AS call SET failed = (
  SELECT count(*) FROM millrace.runs AS child
  WHERE child.parent_id = call.run_id AND child.parent_seq = call.seq AND child.state IN ('failed', 'cancelled')
) WHERE call.children > 0;
ALTER TABLE millrace.calls ADD CONSTRAINT calls_failures_have_ended CHECK (failed BETWEEN 0 AND children - pending);

ALTER TABLE millrace.attempts DROP CONSTRAINT attempts_state_known;
ALTER TABLE millrace.attempts ADD CONSTRAINT attempts_state_known CHECK (state IN ('failed', 'lost', 'cancelled'));

-- The commit of a mark is the cancellation: nothing below it is claimed, called or recorded any more (R8).
CREATE TABLE millrace.cancel_marks (
  run_id    uuid        NOT NULL,
  -- One call of the run; null: the run itself with all below it.
  seq       integer,
  cause     text        NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT cancel_marks_once UNIQUE NULLS NOT DISTINCT (run_id, seq),
  CONSTRAINT cancel_marks_cause_known CHECK (cause IN ('request', 'sibling-failed', 'parent-ended'))
);
`;

const DOWN = `
DROP TABLE millrace.cancel_marks;
DELETE FROM millrace.attempts WHERE state = 'cancelled';
ALTER TABLE millrace.attempts DROP CONSTRAINT attempts_state_known;
ALTER TABLE millrace.attempts ADD CONSTRAINT attempts_state_known CHECK (state IN ('failed', 'lost'));
ALTER TABLE millrace.calls DROP COLUMN failed;
DROP INDEX millrace.runs_unfinished_descendants, millrace.runs_deadline;
ALTER TABLE millrace.runs
  DROP COLUMN deadline_at, DROP COLUMN executed_ms, DROP COLUMN first_attempt, DROP COLUMN memo_from,
  DROP COLUMN ancestor_seqs, DROP COLUMN progress, DROP COLUMN progress_note,
  DROP CONSTRAINT runs_cancelled_has_error;
`;

/** What cancel, timeouts, retry by a person and progress keep (protocols R6, R8). */
export class AddRunControl0000000000005 implements MigrationInterface {
  readonly name = 'AddRunControl0000000000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
