import type { MigrationInterface, QueryRunner } from 'typeorm';

const filesView = (counts: readonly string[]) => `
DROP VIEW public.files;
CREATE VIEW public.files AS
SELECT
  arrival.id, arrival.path AS name, arrival.feed, arrival.state, arrival.size, arrival.found_by, arrival.found_at,
  arrival.ended_at, arrival.run_id, encode(content.sha256, 'hex') AS sha256,
  ${counts.map((count) => `CASE WHEN arrival.state = 'loaded' THEN content.${count} END AS ${count},`).join('\n  ')}
  CASE WHEN arrival.state = 'duplicate' THEN content.arrival_id END AS duplicate_of,
  arrival.reason
FROM millrace.arrivals AS arrival
LEFT JOIN millrace.contents AS content ON content.id = arrival.content_id;

COMMENT ON VIEW public.files IS 'Every appearance of a file in the inbox, and what became of it';
`;

const COUNTS = ['records', 'loaded', 'unchanged', 'conflicting', 'rejected'];

const UP = `
ALTER TABLE millrace.contents
  -- Records with a time that names no zone: taken for UTC.
  ADD COLUMN naive bigint NOT NULL DEFAULT 0,
  -- Records with fields that the feed does not know: left out.
  ADD COLUMN extra bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT contents_oddities_bounded CHECK (naive BETWEEN 0 AND records AND extra BETWEEN 0 AND records);
${filesView([...COUNTS, 'naive', 'extra', 'rows'])}`;

const DOWN = `
${filesView([...COUNTS, 'rows'])}
ALTER TABLE millrace.contents DROP COLUMN naive, DROP COLUMN extra;
`;

/** What was odd about records that were loaded all the same. */
export class CountOddities0000000000017 implements MigrationInterface {
  readonly name = 'CountOddities0000000000017';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
