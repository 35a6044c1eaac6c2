const FILE = `
  id, name, feed, state, size::float8 AS size, found_by AS "foundBy", found_at AS "foundAt", ended_at AS "endedAt",
  run_id AS "runId", sha256, records::float8, loaded::float8, unchanged::float8, conflicting::float8,
  expired::float8, rejected::float8, naive::float8, extra::float8, rows::float8,
  duplicate_of AS "duplicateOf", superseded_by AS "supersededBy", supersedes, reason`;

/** Newest first; ids carry the time. */
export const LIST_FILES = `/* files.list */
SELECT ${FILE} FROM public.files
WHERE ($1::text[] IS NULL OR state = ANY ($1))
  AND ($2::text IS NULL OR feed = $2)
  AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC
LIMIT $4`;

export const FIND_FILE = `/* files.find */
SELECT ${FILE} FROM public.files WHERE id = $1`;

/** The file itself, and what has its name or its bytes. */
export const READ_FILE_HISTORY = `/* files.read-history */
SELECT ${FILE} FROM public.files
WHERE id = $1
  OR (name, feed) = (SELECT path, feed FROM millrace.arrivals WHERE id = $1)
  OR id IN (
    SELECT other.id FROM millrace.arrivals AS this
    JOIN millrace.arrivals AS other ON other.content_id = this.content_id
    WHERE this.id = $1
  )
ORDER BY id
LIMIT 1000`;

/** The bytes around the fault of a refused file. */
export const FIND_EXCERPT = `/* files.find-excerpt */
SELECT excerpt AS bytes, excerpt_offset::float8 AS "offset" FROM millrace.arrivals WHERE id = $1 AND excerpt IS NOT NULL`;

export const LIST_REJECTS = `/* files.list-rejects */
SELECT index, code, message, byte_offset::float8 AS "offset", byte_length AS "length", line::float8 AS line, pointer, raw,
  resolved_at AS "resolvedAt", resolved_by AS "resolvedBy", outcome, corrected
FROM millrace.rejects
WHERE arrival_id = $1 AND index > $2
ORDER BY index
LIMIT $3`;
