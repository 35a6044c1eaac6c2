/** The outcomes of one call, in input order. */
export const READ_OUTCOMES = `/* runs.read-outcomes */
SELECT id, state, result, error
FROM millrace.runs
WHERE parent_id = $1 AND parent_seq = $2
ORDER BY child_index`;
