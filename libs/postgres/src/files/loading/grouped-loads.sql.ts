import { timeOfHour } from '../../feeds/partitions/time-of-hour.js';

/** Runs that these executions still own, held until the commit: no other execution begins while a group loads their files. */
export const LOCK_OWNED_RUNS = `/* files.lock-runs */
SELECT run.id
FROM (
  SELECT * FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS owned (run_id, epoch) ORDER BY run_id
) AS owned
JOIN LATERAL (
  SELECT id FROM millrace.runs AS run
  WHERE run.id = owned.run_id AND run.epoch = owned.epoch AND run.state = 'running'
  FOR UPDATE
) AS run ON true`;

/** In id order, as every group takes them. */
export const LOCK_OPEN_ARRIVALS = `/* arrivals.lock-open-together */
SELECT id FROM millrace.arrivals WHERE id = ANY ($1::uuid[]) AND state = 'arrived' ORDER BY id FOR UPDATE`;

/** Ids for contents that may come to be; those of files that are not loaded stay unused. The sequence is looked up once, not for each. */
export const ALLOT_CONTENT_IDS = `/* contents.allot-ids */
SELECT nextval((SELECT pg_get_serial_sequence('millrace.contents', 'id')::regclass))::text AS id FROM generate_series(1, $1)`;

/**
 * Contents of which every record is new, as most are; `RECOUNT_CONTENTS` says otherwise of the others.
 *
 * Waits for other files of the same bytes that are being loaded; contents that are loaded already are not among the
 * returned. In the order of their bytes, so that two groups do not deadlock.
 */
export const INSERT_CONTENTS = `/* contents.insert-together */
INSERT INTO millrace.contents
  (id, arrival_id, feed, sha256, size, records, rejected, expired, naive, extra, rows,
   first_hour, last_hour, loaded, unchanged, conflicting)
OVERRIDING SYSTEM VALUE
SELECT
  id, arrival_id, feed, sha256, size, records, rejected, expired, naive, extra, rows,
  ${timeOfHour('first_hour')},
  ${timeOfHour('last_hour')},
  records - rejected - expired, 0, 0
FROM unnest(
  (SELECT $1::bigint[]), (SELECT $2::uuid[]), (SELECT $3::text[]), (SELECT $4::bytea[]), (SELECT $5::bigint[]),
  (SELECT $6::bigint[]), (SELECT $7::bigint[]), (SELECT $8::bigint[]), (SELECT $9::bigint[]), (SELECT $10::bigint[]),
  (SELECT $11::bigint[]), (SELECT $12::int[]), (SELECT $13::int[])
) AS content (id, arrival_id, feed, sha256, size, records, rejected, expired, naive, extra, rows, first_hour, last_hour)
ORDER BY feed, sha256
ON CONFLICT (feed, sha256) WHERE state = 'loaded' DO NOTHING
RETURNING id::text`;

/** Each is looked up by its key, as in `FINISH_RUNS`: a join would read the whole ledger by a plan from when it was small. */
export const END_ARRIVALS = `/* arrivals.end-together */
WITH ending AS (
  SELECT open.id, ended.content_id
  FROM unnest((SELECT $1::uuid[]), (SELECT $2::bigint[])) AS ended (arrival_id, content_id)
  JOIN LATERAL (
    SELECT id FROM millrace.arrivals WHERE id = ended.arrival_id OFFSET 0
  ) AS open ON open.id = ended.arrival_id
)
UPDATE millrace.arrivals AS arrival
SET state = 'loaded', content_id = ending.content_id, ended_at = clock_timestamp()
FROM ending
WHERE arrival.id = ending.id`;

/** What became of records that were not all new. */
export const RECOUNT_CONTENTS = `/* contents.recount-together */
WITH recounted AS (
  SELECT counted.*
  FROM unnest(
    (SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::bigint[]), (SELECT $4::bigint[]), (SELECT $5::bigint[])
  ) AS counted (id, loaded, unchanged, conflicting, rows)
  JOIN LATERAL (
    SELECT id FROM millrace.contents WHERE id = counted.id OFFSET 0
  ) AS content ON content.id = counted.id
)
UPDATE millrace.contents AS content
SET loaded = recounted.loaded, unchanged = recounted.unchanged, conflicting = recounted.conflicting, rows = recounted.rows
FROM recounted
WHERE content.id = recounted.id`;
