import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
-- One row an appearance of a path. Outlives its run: no foreign key to runs.
CREATE TABLE millrace.arrivals (
  id         uuid        PRIMARY KEY,
  feed       text        NOT NULL,
  -- Relative to the inbox, which machines may mount at different places.
  path       text        NOT NULL,
  -- Unsigned 64 bits each.
  device     numeric(20) NOT NULL,
  inode      numeric(20) NOT NULL,
  size       bigint      NOT NULL,
  mtime_ns   bigint      NOT NULL,
  found_by   text        NOT NULL,
  state      text        NOT NULL DEFAULT 'arrived',
  run_id     uuid        NOT NULL,
  content_id bigint,
  reason     json,
  found_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at   timestamptz,

  CONSTRAINT arrivals_appearance_once UNIQUE (path, device, inode, size, mtime_ns),
  CONSTRAINT arrivals_state_known CHECK (state IN ('arrived', 'loaded', 'duplicate', 'quarantined', 'vanished')),
  CONSTRAINT arrivals_found_by_known CHECK (found_by IN ('event', 'scan', 'api')),
  CONSTRAINT arrivals_ended CHECK ((state = 'arrived') = (ended_at IS NULL)),
  CONSTRAINT arrivals_has_content CHECK ((state IN ('loaded', 'duplicate')) = (content_id IS NOT NULL)),
  CONSTRAINT arrivals_has_reason CHECK ((state IN ('quarantined', 'vanished')) = (reason IS NOT NULL)),
  CONSTRAINT arrivals_size_positive CHECK (size >= 0)
);

-- A file that grows between two looks is one arrival until it is claimed.
CREATE UNIQUE INDEX arrivals_open_once ON millrace.arrivals (path, device, inode) WHERE state = 'arrived';
CREATE INDEX arrivals_content ON millrace.arrivals (content_id) WHERE content_id IS NOT NULL;
CREATE INDEX arrivals_feed ON millrace.arrivals (feed, id);
CREATE INDEX arrivals_unusual ON millrace.arrivals (state, id) WHERE state <> 'loaded';

-- Distinct bytes for a feed. Rows carry the id of the content that gave them.
CREATE TABLE millrace.contents (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed        text        NOT NULL,
  sha256      bytea       NOT NULL,
  size        bigint      NOT NULL,
  state       text        NOT NULL DEFAULT 'loaded',
  -- The arrival that brought it.
  arrival_id  uuid        NOT NULL REFERENCES millrace.arrivals (id),
  records     bigint      NOT NULL,
  loaded      bigint      NOT NULL,
  unchanged   bigint      NOT NULL,
  conflicting bigint      NOT NULL,
  rows        bigint      NOT NULL,
  loaded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),

  CONSTRAINT contents_state_known CHECK (state IN ('loaded', 'unloaded', 'superseded')),
  CONSTRAINT contents_sha256_length CHECK (octet_length(sha256) = 32),
  CONSTRAINT contents_counts_positive CHECK (least(size, records, loaded, unchanged, conflicting, rows) >= 0),
  CONSTRAINT contents_records_add_up CHECK (records = loaded + unchanged + conflicting)
);

-- The same bytes are loaded at most once: the race between two files of one content is decided here.
CREATE UNIQUE INDEX contents_loaded_once ON millrace.contents (feed, sha256) WHERE state = 'loaded';

ALTER TABLE millrace.arrivals
  ADD CONSTRAINT arrivals_content_known FOREIGN KEY (content_id) REFERENCES millrace.contents (id);

CREATE VIEW public.files AS
SELECT
  arrival.id, arrival.path AS name, arrival.feed, arrival.state, arrival.size, arrival.found_by, arrival.found_at,
  arrival.ended_at, arrival.run_id, encode(content.sha256, 'hex') AS sha256,
  CASE WHEN arrival.state = 'loaded' THEN content.records END AS records,
  CASE WHEN arrival.state = 'loaded' THEN content.loaded END AS loaded,
  CASE WHEN arrival.state = 'loaded' THEN content.unchanged END AS unchanged,
  CASE WHEN arrival.state = 'loaded' THEN content.conflicting END AS conflicting,
  CASE WHEN arrival.state = 'loaded' THEN content.rows END AS rows,
  CASE WHEN arrival.state = 'duplicate' THEN content.arrival_id END AS duplicate_of,
  arrival.reason
FROM millrace.arrivals AS arrival
LEFT JOIN millrace.contents AS content ON content.id = arrival.content_id;

COMMENT ON VIEW public.files IS 'Every appearance of a file in the inbox, and what became of it';
`;

const DOWN = `
DROP VIEW public.files;
ALTER TABLE millrace.arrivals DROP CONSTRAINT arrivals_content_known;
DROP TABLE millrace.contents, millrace.arrivals;
`;

/** The ledger of files: arrivals and contents (protocol F1). */
export class CreateFiles0000000000002 implements MigrationInterface {
  readonly name = 'CreateFiles0000000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}
