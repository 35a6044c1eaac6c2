/** Takes a key that is free or has expired; waits for a concurrent request of the same key, so that no row means held. */
export const TAKE_KEY = `/* keys.take */
INSERT INTO millrace.idempotency_keys AS held (scope, key, body_hash)
VALUES ($1, $2, $3)
ON CONFLICT (scope, key) DO UPDATE
SET body_hash = excluded.body_hash, expires_at = excluded.expires_at, run_id = NULL, answer = NULL
WHERE held.expires_at < clock_timestamp()
RETURNING key`;

export const READ_KEY = `/* keys.read */
SELECT body_hash, answer FROM millrace.idempotency_keys WHERE scope = $1 AND key = $2`;

export const ANSWER_KEY = `/* keys.answer */
UPDATE millrace.idempotency_keys SET answer = $3 WHERE scope = $1 AND key = $2`;
