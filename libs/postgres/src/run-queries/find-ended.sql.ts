/** Which of these runs have ended; by the primary key. */
export const FIND_ENDED = `/* run-queries.find-ended */
SELECT id FROM millrace.runs WHERE id = ANY($1::uuid[]) AND finished_at IS NOT NULL`;
