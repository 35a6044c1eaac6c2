import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
ALTER TABLE millrace.arrivals DROP CONSTRAINT arrivals_appearance_once;
-- But for those that had vanished: a volume may be away while its files are asked for, and come back with all of them.
CREATE UNIQUE INDEX arrivals_appearance_once ON millrace.arrivals (path, device, inode, size, mtime_ns)
  WHERE state <> 'vanished';
`;

const DOWN = `
DROP INDEX millrace.arrivals_appearance_once;
-- What came back and vanished again would stand twice: the last one stays.
DELETE FROM millrace.arrivals AS arrival USING millrace.arrivals AS other
WHERE arrival.state = 'vanished' AND other.id > arrival.id
  AND (other.path, other.device, other.inode, other.size, other.mtime_ns)
    = (arrival.path, arrival.device, arrival.inode, arrival.size, arrival.mtime_ns);
ALTER TABLE millrace.arrivals
  ADD CONSTRAINT arrivals_appearance_once UNIQUE (path, device, inode, size, mtime_ns);
`;

/** A file that had vanished and is there again is an arrival like any other. */
export class RegisterWhatComesBack0000000000026 implements MigrationInterface {
  readonly name = 'RegisterWhatComesBack0000000000026';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
