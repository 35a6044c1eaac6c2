import type { MigrationInterface, QueryRunner } from 'typeorm';

const constraints = (states: string, withContent: string) => `
ALTER TABLE millrace.arrivals
  DROP CONSTRAINT arrivals_state_known,
  DROP CONSTRAINT arrivals_has_content,
  ADD CONSTRAINT arrivals_state_known CHECK (state IN (${states})),
  ADD CONSTRAINT arrivals_has_content CHECK ((state IN (${withContent})) = (content_id IS NOT NULL));
`;

const UP = constraints(
  `'arrived', 'loaded', 'duplicate', 'quarantined', 'vanished', 'unloaded'`,
  `'loaded', 'duplicate', 'unloaded'`,
);

const DOWN = `
UPDATE millrace.arrivals
SET state = 'vanished', content_id = NULL, reason = '{"code": "MR_FILE_VANISHED", "message": "Its rows were taken back."}'
WHERE state = 'unloaded';
${constraints(`'arrived', 'loaded', 'duplicate', 'quarantined', 'vanished'`, `'loaded', 'duplicate'`)}`;

/** A loaded file can be taken back. */
export class UnloadFiles0000000000013 implements MigrationInterface {
  readonly name = 'UnloadFiles0000000000013';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
