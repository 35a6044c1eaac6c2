import type { MigrationInterface, QueryRunner } from 'typeorm';

const filesView = (counts: readonly string[]) => `
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

const UP = `
DROP VIEW public.files;

ALTER TABLE millrace.contents
  ADD COLUMN rejected bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT contents_records_add_up,
  ADD CONSTRAINT contents_records_add_up CHECK (records = loaded + unchanged + conflicting + rejected),
  ADD CONSTRAINT contents_rejected_positive CHECK (rejected >= 0);

${filesView(['records', 'loaded', 'unchanged', 'conflicting', 'rejected', 'rows'])}

-- Records that could not be loaded while the rest of their file was.
CREATE TABLE millrace.rejects (
  arrival_id  uuid    NOT NULL REFERENCES millrace.arrivals (id),
  -- Its place among the records of the file, from 0.
  index       integer NOT NULL,
  code        text    NOT NULL,
  message     text    NOT NULL,
  byte_offset bigint  NOT NULL,
  byte_length integer NOT NULL,
  line        bigint  NOT NULL,
  pointer     text    NOT NULL,
  -- At most the first 64 KiB.
  raw         bytea   NOT NULL,
  PRIMARY KEY (arrival_id, index),
  CONSTRAINT rejects_place_sound CHECK (index >= 0 AND byte_offset >= 0 AND byte_length >= 1 AND line >= 1),
  CONSTRAINT rejects_raw_bounded CHECK (octet_length(raw) <= least(byte_length, 65536))
);

CREATE VIEW public.rejects AS
SELECT arrival_id AS file_id, index, code, message, byte_offset, byte_length, line, pointer, raw FROM millrace.rejects;

COMMENT ON VIEW public.rejects IS 'Records that could not be loaded, with their place, reason and bytes';
`;

const DOWN = `
DROP VIEW public.rejects;
DROP TABLE millrace.rejects;
DROP VIEW public.files;
ALTER TABLE millrace.contents
  DROP CONSTRAINT contents_records_add_up,
  DROP COLUMN rejected,
  ADD CONSTRAINT contents_records_add_up CHECK (records = loaded + unchanged + conflicting) NOT VALID;
${filesView(['records', 'loaded', 'unchanged', 'conflicting', 'rows'])}
`;

/** Bad records are set aside, the rest of their file loads (protocol F5). */
export class CreateRejects0000000000012 implements MigrationInterface {
  readonly name = 'CreateRejects0000000000012';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
