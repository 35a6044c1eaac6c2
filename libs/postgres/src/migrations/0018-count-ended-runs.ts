import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- What the ends of runs tell the statistics, a row a batch and task: written by the commit that ends the runs, folded into
-- run_statistics and deleted seconds later. Appended to alone, so that no two batches wait for each other.
CREATE TABLE millrace.run_ends (
  ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  task_id text NOT NULL,
  queue text NOT NULL,
  state text NOT NULL,
  -- One of each a run, in milliseconds: until it was first taken, and from then to its end; null for one never taken.
  queued_ms real[] NOT NULL,
  ran_ms real[] NOT NULL,
  CONSTRAINT run_ends_paired CHECK (cardinality(queued_ms) = cardinality(ran_ms)),
  CONSTRAINT run_ends_state_ended CHECK (state IN ('succeeded', 'failed', 'cancelled'))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Counts of ended runs: by state (bucket 0), and by their times in buckets of powers of the fourth root of two milliseconds.
CREATE TABLE millrace.run_statistics (
  -- Seconds that a row covers.
  grain integer NOT NULL,
  at timestamptz NOT NULL,
  task_id text NOT NULL,
  queue text NOT NULL,
  measure text NOT NULL,
  bucket smallint NOT NULL,
  n bigint NOT NULL,
  CONSTRAINT run_statistics_pkey PRIMARY KEY (grain, at, task_id, queue, measure, bucket),
  CONSTRAINT run_statistics_grain_known CHECK (grain IN (60, 3600)),
  CONSTRAINT run_statistics_measure_known CHECK (measure IN ('succeeded', 'failed', 'cancelled', 'queued', 'ran'))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- How many runs had not ended, once a minute: the greatest numbers that were seen in it.
CREATE TABLE millrace.queue_samples (
  at timestamptz NOT NULL,
  queue text NOT NULL,
  queued integer NOT NULL,
  running integer NOT NULL,
  waiting integer NOT NULL,
  oldest_queued_ms double precision NOT NULL,
  CONSTRAINT queue_samples_pkey PRIMARY KEY (at, queue)
) WITH (fillfactor = 70);

-- What asked for the run, as a W3C traceparent; null when nothing is traced.
ALTER TABLE millrace.runs ADD COLUMN trace text;
`;

const DOWN = `
ALTER TABLE millrace.runs DROP COLUMN trace;
DROP TABLE millrace.queue_samples, millrace.run_statistics, millrace.run_ends;
`;

/** Statistics of runs from roll-ups (ADR 11), and the trace that a run belongs to. */
export class CountEndedRuns0000000000018 implements MigrationInterface {
  readonly name = 'CountEndedRuns0000000000018';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
