import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
ALTER TABLE millrace.arrivals
  -- What stands around the fault of a refused file, and where the first of these bytes stands in its document.
  ADD COLUMN excerpt        bytea,
  ADD COLUMN excerpt_offset bigint,
  ADD CONSTRAINT arrivals_excerpt_paired CHECK ((excerpt IS NULL) = (excerpt_offset IS NULL)),
  ADD CONSTRAINT arrivals_excerpt_of_refused CHECK (excerpt IS NULL OR state = 'quarantined'),
  ADD CONSTRAINT arrivals_excerpt_bounded CHECK (octet_length(excerpt) BETWEEN 1 AND 512 AND excerpt_offset >= 0);
`;

const DOWN = `
ALTER TABLE millrace.arrivals DROP COLUMN excerpt, DROP COLUMN excerpt_offset;
`;

/** A file that is refused shows the bytes around its fault, wherever it lies by then. */
export class KeepExcerpts0000000000028 implements MigrationInterface {
  readonly name = 'KeepExcerpts0000000000028';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
