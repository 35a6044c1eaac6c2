import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- Always empty. Each claim names it FOR KEY SHARE and so holds ROW SHARE on it, taken before its snapshot; a cancellation
-- that has committed its mark takes EXCLUSIVE for a moment: what claims then did not see the mark has committed (R8).
-- Beside cancel_marks, so that no vacuum, dump or reader of marks comes into the way.
CREATE TABLE millrace.claim_gate ();
`;

const DOWN = `
DROP TABLE millrace.claim_gate;
`;

/** Lets a cancellation wait for the claims under way (protocols R8). */
export class AddClaimGate0000000000010 implements MigrationInterface {
  readonly name = 'AddClaimGate0000000000010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
