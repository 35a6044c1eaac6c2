import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
ALTER TABLE millrace.contents
  -- Between these hours lie its rows, in a table that is partitioned by time; NULL: anywhere, or it has none.
  ADD COLUMN first_hour timestamptz,
  ADD COLUMN last_hour  timestamptz,
  ADD CONSTRAINT contents_hours_ordered CHECK (first_hour <= last_hour),
  ADD CONSTRAINT contents_hours_paired CHECK ((first_hour IS NULL) = (last_hour IS NULL));
`;

const DOWN = `
ALTER TABLE millrace.contents DROP COLUMN first_hour, DROP COLUMN last_hour;
`;

/** What takes a file's rows back looks for them where they can be, and not in the whole table. */
export class KeepHoursOfContents0000000000025 implements MigrationInterface {
  readonly name = 'KeepHoursOfContents0000000000025';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
