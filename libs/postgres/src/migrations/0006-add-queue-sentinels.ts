import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- What stands beside the jobs of each queue. A queue that holds another one, or none, has lost its jobs (R10).
CREATE TABLE millrace.queue_sentinels (
  queue           text        PRIMARY KEY,
  value           uuid        NOT NULL,
  changed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Who delivers the queue's runs again puts this one beside its jobs first, and until then nobody else does.
  restoring_value uuid,
  restoring_until timestamptz,
  CONSTRAINT queue_sentinels_restored_by_one CHECK ((restoring_value IS NULL) = (restoring_until IS NULL))
);

-- Ids of the tasks that the worker has; null: it was started by a version that did not say.
ALTER TABLE millrace.workers ADD COLUMN tasks text[];
`;

const DOWN = `
ALTER TABLE millrace.workers DROP COLUMN tasks;
DROP TABLE millrace.queue_sentinels;
`;

/** How the loss of a queue is noticed, and which tasks the workers have. */
export class AddQueueSentinels0000000000006 implements MigrationInterface {
  readonly name = 'AddQueueSentinels0000000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
