import type { RunLogLine } from '@millrace/contracts';

/** Lines of a run after a number, in order; by the primary key. */
export const READ_LOGS = `/* run-queries.read-logs */
SELECT n, attempt, at, level, message, fields
FROM millrace.run_logs
WHERE run_id = $1 AND n > $2
ORDER BY n
LIMIT $3`;

/** A row of `READ_LOGS`. */
export interface LogRow extends Omit<RunLogLine, 'at'> {
  readonly at: Date;
}
