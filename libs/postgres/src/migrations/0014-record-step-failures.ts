import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- How a step failed, as the attempt saw it: a replay must see the same.
ALTER TABLE millrace.calls ADD COLUMN error json;
ALTER TABLE millrace.calls ADD CONSTRAINT calls_error_of_steps CHECK (error IS NULL OR (kind = 'step' AND value IS NULL));

-- The time that a run has in all, in milliseconds; a run that is reopened has it again.
ALTER TABLE millrace.runs ADD COLUMN timeout_ms double precision;
UPDATE millrace.runs SET timeout_ms = extract(epoch FROM deadline_at - created_at) * 1000 WHERE deadline_at IS NOT NULL;
`;

const DOWN = `
ALTER TABLE millrace.runs DROP COLUMN timeout_ms;
DELETE FROM millrace.calls WHERE error IS NOT NULL;
ALTER TABLE millrace.calls DROP COLUMN error;
`;

/** A step that failed stays so for its attempt (protocol R6), and a retried run has its timeout again. */
export class RecordStepFailures0000000000014 implements MigrationInterface {
  readonly name = 'RecordStepFailures0000000000014';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
