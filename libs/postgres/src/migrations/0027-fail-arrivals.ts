import type { MigrationInterface, QueryRunner } from 'typeorm';

const constraints = (states: string, withReason: string) => `
ALTER TABLE millrace.arrivals
  DROP CONSTRAINT arrivals_state_known,
  DROP CONSTRAINT arrivals_has_reason,
  ADD CONSTRAINT arrivals_state_known CHECK (state IN (${states})),
  ADD CONSTRAINT arrivals_has_reason CHECK ((state IN (${withReason})) = (reason IS NOT NULL));
`;

const UP = constraints(
  `'arrived', 'loaded', 'duplicate', 'quarantined', 'failed', 'vanished', 'unloaded', 'superseded'`,
  `'quarantined', 'failed', 'vanished'`,
);

const DOWN = `
-- They keep their reason, and can be loaded again.
UPDATE millrace.arrivals SET state = 'quarantined' WHERE state = 'failed';
${constraints(
  `'arrived', 'loaded', 'duplicate', 'quarantined', 'vanished', 'unloaded', 'superseded'`,
  `'quarantined', 'vanished'`,
)}`;

/** A file whose run has failed for good is not one that waits to be loaded. */
export class FailArrivals0000000000027 implements MigrationInterface {
  readonly name = 'FailArrivals0000000000027';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
