import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- The key that a run was started under: a run that is retried takes it again.
ALTER TABLE millrace.runs ADD COLUMN deduplication_key text;
UPDATE millrace.runs AS run SET deduplication_key = held.key
FROM millrace.deduplication_keys AS held
WHERE held.run_id = run.id;
`;

const DOWN = `
ALTER TABLE millrace.runs DROP COLUMN deduplication_key;
`;

/** A run keeps the name of its deduplication key for a retry, when another run may have the key (protocol R6). */
export class KeepDeduplicationKeys0000000000016 implements MigrationInterface {
  readonly name = 'KeepDeduplicationKeys0000000000016';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
