import type { RunLogLine } from '@millrace/contracts';

/** Lines of a run after a number, in order; by the primary key. */
export const READ_LOGS = `/* run-queries.read-logs */
SELECT n, attempt, at, level, message, fields
FROM millrace.run_logs
WHERE run_id = $1 AND n > $2 AND ($4::int IS NULL OR attempt = $4) AND level = ANY ($5::text[])
ORDER BY n
LIMIT $3`;

/**
 * The next lines of several runs, each after a number of its own, and whether more can come. A run that its ticket ended
 * may still have lines on their way (R14): it counts as ended a second later.
 */
export const FOLLOW_LOGS = `/* run-queries.follow-logs */
SELECT place.index::int, CASE WHEN run.finished_at < clock_timestamp() - interval '1 second' THEN run.state END AS "endedAs",
       lines.lines
FROM unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS place (run_id, after, index)
JOIN millrace.runs AS run ON run.id = place.run_id
CROSS JOIN LATERAL (
  SELECT coalesce(json_agg(json_build_object(
    'n', n, 'attempt', attempt, 'at', at, 'level', level, 'message', message, 'fields', fields) ORDER BY n), '[]') AS lines
  FROM (
    SELECT * FROM millrace.run_logs WHERE run_id = place.run_id AND n > place.after ORDER BY n LIMIT $3
  ) AS line
) AS lines`;

/** A row of `READ_LOGS`. */
export interface LogRow extends Omit<RunLogLine, 'at'> {
  readonly at: Date;
}
