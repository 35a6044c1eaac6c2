import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
ALTER TABLE millrace.runs
  -- What it passes, in this order, each time before it may be claimed; null: nothing.
  ADD COLUMN gates    text[],
  -- The delivery under which it has passed them all. Every entry into the queue is another delivery, so that no verb
  -- but admission has to know of gates.
  ADD COLUMN admitted integer,
  ADD CONSTRAINT runs_gates_not_empty CHECK (cardinality(gates) > 0);

-- Children of the call that may execute at once; null: any number.
ALTER TABLE millrace.calls
  ADD COLUMN concurrency integer,
  ADD CONSTRAINT calls_concurrency_positive CHECK (concurrency > 0);

-- Null: without limit.
ALTER TABLE millrace.task_definitions
  ADD COLUMN concurrency_limit integer,
  ADD COLUMN rate_max          integer,
  ADD COLUMN rate_per_ms       double precision;

-- Runs that wait for admission, each at one gate. A row of another delivery than its run's means nothing.
CREATE TABLE millrace.gate_queue (
  run_id   uuid    PRIMARY KEY,
  delivery integer NOT NULL,
  gate     text    NOT NULL,
  priority integer NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX gate_queue_order ON millrace.gate_queue (gate, priority DESC, run_id);

-- Who has passed a gate. A slot is held as long as its run is queued or running under this delivery; a row that is left
-- behind means nothing.
CREATE TABLE millrace.gate_slots (
  gate     text    NOT NULL,
  run_id   uuid    NOT NULL,
  delivery integer NOT NULL,
  -- At a gate of a rate: when its run was known to be claimed.
  used_at  timestamptz,
  PRIMARY KEY (gate, run_id, delivery)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
`;

const DOWN = `
DROP TABLE millrace.gate_slots, millrace.gate_queue;
ALTER TABLE millrace.task_definitions DROP COLUMN concurrency_limit, DROP COLUMN rate_max, DROP COLUMN rate_per_ms;
ALTER TABLE millrace.calls DROP COLUMN concurrency;
ALTER TABLE millrace.runs DROP COLUMN gates, DROP COLUMN admitted;
`;

/** Concurrency per key, concurrency of a map, rates (protocol R11, ADR 5). */
export class AddLimits0000000000008 implements MigrationInterface {
  readonly name = 'AddLimits0000000000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
