import { timeOfHour } from '../../feeds/partitions/time-of-hour.js';

export const FIND_REJECT = `/* rejects.find */
SELECT arrival.feed, reject.raw, reject.byte_length AS "length", reject.resolved_by AS "resolvedBy"
FROM millrace.rejects AS reject
JOIN millrace.arrivals AS arrival ON arrival.id = reject.arrival_id
WHERE reject.arrival_id = $1 AND reject.index = $2`;

/** Its file is locked before: nobody else resolves it meanwhile. */
export const READ_RESOLUTION = `/* rejects.read-resolution */
SELECT resolved_by AS "resolvedBy" FROM millrace.rejects WHERE arrival_id = $1 AND index = $2`;

/** One record is no longer rejected, and is counted as what it turned out to be. */
export const COUNT_RESUBMITTED = `/* contents.count-resubmitted */
UPDATE millrace.contents SET
  rejected = rejected - 1, loaded = loaded + $2, unchanged = unchanged + $3, conflicting = conflicting + $4,
  rows = rows + $5, naive = naive + $6, extra = extra + $7, expired = expired + $8,
  -- Not known before, as of a file that was loaded by an older version: not known now.
  first_hour = CASE WHEN first_hour IS NOT NULL THEN least(first_hour, ${timeOfHour('$9')}) END,
  last_hour = CASE WHEN last_hour IS NOT NULL THEN greatest(last_hour, ${timeOfHour('$9')}) END
WHERE id = $1`;

export const RESOLVE_REJECT = `/* rejects.resolve */
UPDATE millrace.rejects SET resolved_at = clock_timestamp(), resolved_by = $3, outcome = $4, corrected = $5
WHERE arrival_id = $1 AND index = $2`;
