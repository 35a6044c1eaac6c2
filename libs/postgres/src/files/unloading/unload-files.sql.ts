/** What is not among the rows that an unload took was dropped before, by its age. */
export const READ_ROWS_GIVEN = `/* contents.read-rows-given */
SELECT rows::float8 FROM millrace.contents WHERE id = $1`;

/** The rejects go as well: a file that is loaded again gives them anew. */
export const END_UNLOADED = `/* arrivals.end-unloaded */
WITH content AS (
  UPDATE millrace.contents SET state = 'unloaded' WHERE id = $2 AND state = 'loaded'
), rejects AS (
  DELETE FROM millrace.rejects WHERE arrival_id = $1
)
UPDATE millrace.arrivals SET state = 'unloaded', ended_at = clock_timestamp() WHERE id = $1 AND state = 'loaded'`;

/** Files of the feed that skipped records since, in their load or with a reject that was resubmitted: only they can have skipped one of this content. */
export const FIND_SKIPPING_FILES = `/* contents.find-skipping */
SELECT other.arrival_id AS id
FROM millrace.contents AS content
JOIN millrace.contents AS other ON other.feed = content.feed AND other.id <> content.id
WHERE content.id = $1 AND other.state = 'loaded' AND other.unchanged + other.conflicting > 0
  AND (other.id > content.id OR EXISTS (
    SELECT FROM millrace.rejects AS reject
    WHERE reject.arrival_id = other.arrival_id AND reject.outcome IN ('unchanged', 'conflicting')
  ))
ORDER BY other.id
LIMIT 100`;

export const REOPEN_ARRIVAL = `/* arrivals.reopen */
UPDATE millrace.arrivals
SET state = 'arrived', run_id = $2, content_id = NULL, reason = NULL, excerpt = NULL, excerpt_offset = NULL, ended_at = NULL
WHERE id = $1 AND state IN ('unloaded', 'quarantined', 'failed')`;
