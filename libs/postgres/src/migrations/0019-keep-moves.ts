import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- Moves of runs that their rows do not tell: all but the first queued and running, and a present end. Most runs have none.
CREATE TABLE millrace.run_moves (
  run_id uuid NOT NULL,
  number integer NOT NULL,
  state text NOT NULL,
  attempt integer NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT run_moves_pkey PRIMARY KEY (run_id, number),
  CONSTRAINT run_moves_state_known CHECK (state IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'))
) WITH (autovacuum_vacuum_scale_factor = 0.05);

-- It follows from the row: each entry into 'queued' raises delivery, each claim epoch, each reopening attempt, and between
-- two of those a run waits or ends.
CREATE FUNCTION millrace.move_number(state text, delivery integer, epoch integer, attempt integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 3 * (delivery + epoch + attempt - 2) + CASE state WHEN 'queued' THEN 1 WHEN 'running' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END;

CREATE FUNCTION millrace.keep_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A note for who watches: it may never fail the write that it goes with.
  INSERT INTO millrace.run_moves (run_id, number, state, attempt, at)
  SELECT OLD.id, millrace.move_number(OLD.state, OLD.delivery, OLD.epoch, OLD.attempt), OLD.state, OLD.attempt, OLD.finished_at
  WHERE OLD.finished_at IS NOT NULL
  UNION ALL
  SELECT NEW.id, millrace.move_number(NEW.state, NEW.delivery, NEW.epoch, NEW.attempt), NEW.state, NEW.attempt,
         CASE WHEN OLD.started_at IS NULL AND NEW.state = 'running' THEN NEW.started_at ELSE clock_timestamp() END
  ON CONFLICT (run_id, number) DO NOTHING;
  RETURN NULL;
END $$;

-- The condition costs next to nothing where it is false: for the claim and the end of a run that runs once.
CREATE TRIGGER keep_move AFTER UPDATE ON millrace.runs FOR EACH ROW
WHEN (OLD.state IS DISTINCT FROM NEW.state
      AND (NEW.state IN ('queued', 'waiting') OR (NEW.state = 'running' AND NEW.epoch + NEW.delivery + NEW.attempt > 3)))
EXECUTE FUNCTION millrace.keep_move();
`;

const DOWN = `
DROP TRIGGER keep_move ON millrace.runs;
DROP FUNCTION millrace.keep_move();
DROP FUNCTION millrace.move_number(text, integer, integer, integer);
DROP TABLE millrace.run_moves;
`;

/** Every move of a run, for \`/runs/:id/events\` (ADR 13). */
export class KeepMoves0000000000019 implements MigrationInterface {
  readonly name = 'KeepMoves0000000000019';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
