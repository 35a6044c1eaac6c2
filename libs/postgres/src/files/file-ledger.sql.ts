import { timeOfHour } from '../feeds/partitions/time-of-hour.js';

/** Two watchers, or one that looks twice, register one appearance once; so does a file that grew before it was claimed. */
export const INSERT_ARRIVALS = `/* arrivals.insert */
INSERT INTO millrace.arrivals (id, feed, path, device, inode, size, mtime_ns, found_by, run_id)
SELECT * FROM unnest(
  (SELECT $1::uuid[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::numeric[]), (SELECT $5::numeric[]),
  (SELECT $6::bigint[]), (SELECT $7::bigint[]), (SELECT $8::text[]), (SELECT $9::uuid[])
) AS found (id, feed, path, device, inode, size, mtime_ns, found_by, run_id)
-- In one order, so that two watchers do not deadlock.
ORDER BY path, device, inode
ON CONFLICT DO NOTHING
RETURNING id`;

/** One that had vanished may come back: it is registered anew, and no longer spoken of here. */
export const FIND_APPEARANCE = `/* arrivals.find-appearance */
SELECT state FROM millrace.arrivals
WHERE path = $1 AND device = $2 AND inode = $3 AND state <> 'vanished' AND (state = 'arrived' OR (size = $4 AND mtime_ns = $5))
ORDER BY state = 'arrived' DESC
LIMIT 1`;

/** An open one with the last loaded file of its path, whose bytes it may begin with. */
export const FIND_ARRIVALS = `/* arrivals.find */
SELECT
  arrival.id, arrival.feed, arrival.path AS name, arrival.inode, arrival.state, arrival.reason,
  content.arrival_id AS "broughtBy",
  content.records::float8, content.loaded::float8, content.unchanged::float8, content.conflicting::float8,
  content.expired::float8, content.rejected::float8, content.naive::float8, content.extra::float8, content.rows::float8,
  predecessor.id AS "predecessorId", predecessor.size::float8 AS "predecessorSize", predecessor.sha256 AS "predecessorSha256"
FROM unnest((SELECT $1::uuid[])) AS wanted (id)
-- Each a look-up by its key, as in FINISH_RUNS: a plan from when the ledger was small would read all of it.
JOIN LATERAL (SELECT * FROM millrace.arrivals WHERE id = wanted.id OFFSET 0) AS arrival ON true
LEFT JOIN LATERAL (SELECT * FROM millrace.contents WHERE id = arrival.content_id OFFSET 0) AS content ON true
LEFT JOIN LATERAL (
  SELECT earlier.id, loaded.size, loaded.sha256
  FROM (
    SELECT id, feed, state, content_id FROM millrace.arrivals WHERE path = arrival.path AND state <> 'vanished'
    -- Keeps it a look-up by path: for the order by id below the planner would walk over all files of the feed.
    OFFSET 0
  ) AS earlier
  JOIN millrace.contents AS loaded ON loaded.id = earlier.content_id
  WHERE earlier.feed = arrival.feed AND earlier.state = 'loaded'
  ORDER BY earlier.id DESC
  LIMIT 1
) AS predecessor ON arrival.state = 'arrived'`;

/** A second execution of the same file waits here for the first, and then finds it ended. */
export const LOCK_OPEN_ARRIVAL = `/* arrivals.lock-open */
SELECT nextval(pg_get_serial_sequence('millrace.contents', 'id'))::text AS "contentId"
FROM (SELECT FROM millrace.arrivals WHERE id = $1 AND state = 'arrived' FOR UPDATE) AS arrival`;

/** Waits for another file of the same bytes that is being loaded; no row when those are loaded already. */
export const INSERT_CONTENT = `/* contents.insert */
INSERT INTO millrace.contents
  (id, arrival_id, feed, sha256, size, records, loaded, unchanged, conflicting, expired, rejected, rows, naive, extra,
   first_hour, last_hour)
OVERRIDING SYSTEM VALUE
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
  ${timeOfHour('$15')}, ${timeOfHour('$16')})
ON CONFLICT (feed, sha256) WHERE state = 'loaded' DO NOTHING`;

export const INSERT_REJECTS = `/* rejects.insert */
INSERT INTO millrace.rejects (arrival_id, index, code, message, byte_offset, byte_length, line, pointer, raw)
SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::bigint[], $6::int[], $7::bigint[], $8::text[], $9::bytea[])`;

export const FIND_CONTENT = `/* contents.find */
SELECT id::text, arrival_id AS "broughtBy", records::float8, rejected::float8 FROM millrace.contents
WHERE feed = $1 AND sha256 = $2 AND state = 'loaded'`;

export const END_WITH_CONTENT = `/* arrivals.end-with-content */
UPDATE millrace.arrivals SET state = $2, content_id = $3, ended_at = clock_timestamp()
WHERE id = $1 AND state = 'arrived'`;

export const END_REFUSED = `/* arrivals.end-refused */
UPDATE millrace.arrivals
SET state = $2, reason = $3, excerpt = $4, excerpt_offset = $5, ended_at = clock_timestamp()
WHERE id = $1 AND state = 'arrived'`;

export const FIND_LOST_AMONG = `/* attempts.find-lost */
SELECT DISTINCT run_id AS "runId" FROM millrace.attempts WHERE run_id = ANY ($1::uuid[]) AND state = 'lost'`;
