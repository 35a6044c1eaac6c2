import type { MigrationInterface, QueryRunner } from 'typeorm';

const constraints = (states: string, withContent: string) => `
ALTER TABLE millrace.arrivals
  DROP CONSTRAINT arrivals_state_known,
  DROP CONSTRAINT arrivals_has_content,
  ADD CONSTRAINT arrivals_state_known CHECK (state IN (${states})),
  ADD CONSTRAINT arrivals_has_content CHECK ((state IN (${withContent})) = (content_id IS NOT NULL));
`;

const filesView = (links: string) => `
DROP VIEW public.files;
CREATE VIEW public.files AS
SELECT
  arrival.id, arrival.path AS name, arrival.feed, arrival.state, arrival.size, arrival.found_by, arrival.found_at,
  arrival.ended_at, arrival.run_id, encode(content.sha256, 'hex') AS sha256,
  ${COUNTS.map((count) => `CASE WHEN arrival.state = 'loaded' THEN content.${count} END AS ${count},`).join('\n  ')}
  CASE WHEN arrival.state = 'duplicate' THEN content.arrival_id END AS duplicate_of,
  arrival.reason${links}
FROM millrace.arrivals AS arrival
LEFT JOIN millrace.contents AS content ON content.id = arrival.content_id;

COMMENT ON VIEW public.files IS 'Every appearance of a file in the inbox, and what became of it';
`;

const COUNTS = ['records', 'loaded', 'unchanged', 'conflicting', 'expired', 'rejected', 'naive', 'extra', 'rows'];

const UP = `
${constraints(
  `'arrived', 'loaded', 'duplicate', 'quarantined', 'vanished', 'unloaded', 'superseded'`,
  `'loaded', 'duplicate', 'unloaded', 'superseded'`,
)}
ALTER TABLE millrace.arrivals
  -- The file that was loaded in place of this one.
  ADD COLUMN superseded_by uuid REFERENCES millrace.arrivals (id),
  ADD CONSTRAINT arrivals_has_superseder CHECK ((state = 'superseded') = (superseded_by IS NOT NULL));
CREATE UNIQUE INDEX arrivals_supersedes_one ON millrace.arrivals (superseded_by) WHERE superseded_by IS NOT NULL;
${filesView(`, arrival.superseded_by,
  (SELECT earlier.id FROM millrace.arrivals AS earlier WHERE earlier.superseded_by = arrival.id) AS supersedes`)}`;

const DOWN = `
${filesView('')}
ALTER TABLE millrace.arrivals DROP COLUMN superseded_by;
UPDATE millrace.arrivals SET state = 'unloaded' WHERE state = 'superseded';
UPDATE millrace.contents SET state = 'unloaded' WHERE state = 'superseded';
${constraints(
  `'arrived', 'loaded', 'duplicate', 'quarantined', 'vanished', 'unloaded'`,
  `'loaded', 'duplicate', 'unloaded'`,
)}`;

/** A file whose path comes back with more behind the same bytes gives way to the longer one. */
export class SupersedeFiles0000000000024 implements MigrationInterface {
  readonly name = 'SupersedeFiles0000000000024';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
