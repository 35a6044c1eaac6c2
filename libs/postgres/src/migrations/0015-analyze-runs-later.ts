import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- A plan made for a table of a few pages walks over all of it, and is kept until the next ANALYZE: for what may be a minute
-- of thousands of runs a second. Left alone until they have grown, the tables are looked up by their keys from the start.
ALTER TABLE millrace.runs SET (autovacuum_vacuum_threshold = 5000, autovacuum_analyze_threshold = 5000);
ALTER TABLE millrace.calls SET (autovacuum_vacuum_threshold = 5000, autovacuum_analyze_threshold = 5000);
`;

const DOWN = `
ALTER TABLE millrace.calls RESET (autovacuum_vacuum_threshold, autovacuum_analyze_threshold);
ALTER TABLE millrace.runs RESET (autovacuum_vacuum_threshold, autovacuum_analyze_threshold);
`;

/** Keeps the plans of claims and ends to the indexes while the tables are small. */
export class AnalyzeRunsLater0000000000015 implements MigrationInterface {
  readonly name = 'AnalyzeRunsLater0000000000015';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
