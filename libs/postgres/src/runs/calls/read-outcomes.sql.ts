/** Outcomes of one call, in input order, a page from one input on. */
export const READ_OUTCOMES = `/* runs.read-outcomes */
SELECT id, state, result, error
FROM millrace.runs
WHERE parent_id = $1 AND parent_seq = $2 AND child_index >= $3
ORDER BY child_index
LIMIT $4`;

/** Those that were cancelled went for the failure of another one, unless none failed. */
export const READ_FIRST_FAILURE = `/* runs.read-first-failure */
SELECT id, state, result, error
FROM millrace.runs
WHERE parent_id = $1 AND parent_seq = $2 AND state IN ('failed', 'cancelled')
ORDER BY state = 'cancelled', finished_at, child_index
LIMIT 1`;

export const SUM_RESULTS = `/* runs.sum-results */
SELECT coalesce(sum(octet_length(coalesce(result, error)::text)), 0)::float8 AS bytes
FROM millrace.runs
WHERE parent_id = $1 AND parent_seq = $2`;
