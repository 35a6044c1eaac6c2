import type { MigrationInterface, QueryRunner } from 'typeorm';

const rejectsView = (resolution: string) => `
DROP VIEW public.rejects;
CREATE VIEW public.rejects AS
SELECT arrival_id AS file_id, index, code, message, byte_offset, byte_length, line, pointer, raw${resolution}
FROM millrace.rejects;

COMMENT ON VIEW public.rejects IS 'Records that could not be loaded, with their place, reason and bytes';
`;

const UP = `
ALTER TABLE millrace.rejects
  ADD COLUMN resolved_at timestamptz,
  -- The run that loaded it.
  ADD COLUMN resolved_by uuid,
  -- What it turned out to be.
  ADD COLUMN outcome text,
  -- What was loaded in its place; null when it was loaded as it stands in the file.
  ADD COLUMN corrected bytea,
  ADD CONSTRAINT rejects_outcome_known CHECK (outcome IN ('loaded', 'unchanged', 'conflicting')),
  ADD CONSTRAINT rejects_resolved_whole CHECK (
    num_nonnulls(resolved_at, resolved_by, outcome) IN (0, 3) AND (corrected IS NULL OR outcome IS NOT NULL)
  );
${rejectsView(', resolved_at, resolved_by, outcome, corrected')}`;

const DOWN = `
${rejectsView('')}
ALTER TABLE millrace.rejects
  DROP COLUMN resolved_at, DROP COLUMN resolved_by, DROP COLUMN outcome, DROP COLUMN corrected;
`;

/** A record that was set aside can be loaded after all. */
export class ResubmitRejects0000000000021 implements MigrationInterface {
  readonly name = 'ResubmitRejects0000000000021';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
