import { placeAtGate } from '../../limits/place-at-gate.sql.js';

/** A run whose idempotency key is taken is left out, and so not among the returned. */
export const INSERT_RUNS = `/* runs.insert */${insertRuns(false)}`;

/** The same for runs of which some have tags: a statement of its own, so that those without pay nothing for them. */
export const INSERT_TAGGED_RUNS = `/* runs.insert-tagged */${insertRuns(true)}`;

function insertRuns(tagged: boolean): string {
  return `
WITH new AS (
  SELECT * FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::json[], $8::timestamptz[], $9::text[], $10::text[], $11::json[],
    $12::text[], $13::float8[], $14::text[], $15::text[]${tagged ? ', $16::text[]' : ''}
  ) AS new (id, task_id, queue, trigger, priority, max_attempts, input, due_at, key, body_hash, backoff, gates, timeout_ms, deduplication_key,
            trace${tagged ? ', tags' : ''})
),
-- Waits for a concurrent insert of the same key, so that the loser can read the winner's run afterwards.
keyed AS (
  INSERT INTO millrace.idempotency_keys (scope, key, body_hash, run_id)
  SELECT task_id, key, body_hash, id FROM new WHERE key IS NOT NULL
  ON CONFLICT (scope, key) DO NOTHING
  RETURNING run_id
), inserted AS (
  INSERT INTO millrace.runs (id, task_id, queue, state, trigger, priority, max_attempts, backoff, input, due_at, root_id, gates,
                             timeout_ms, deadline_at, deduplication_key, trace${tagged ? ', tags' : ''})
  SELECT id, task_id, queue, 'queued', trigger, priority, max_attempts, backoff, input, coalesce(due_at, clock_timestamp()), id, gates::text[],
         timeout_ms, greatest(clock_timestamp(), due_at) + timeout_ms * interval '1 millisecond', deduplication_key, trace${tagged ? ', tags::text[]' : ''}
  FROM new
  WHERE key IS NULL OR id IN (SELECT run_id FROM keyed)
  -- Sent a second time after a COMMIT whose outcome was unknown.
  ON CONFLICT (id) DO NOTHING
  RETURNING id, delivery, gates[1] AS gate, priority
), ${placeAtGate('new')}${
    tagged
      ? `, tagged AS (
  INSERT INTO millrace.run_tags (tag, run_id)
  SELECT tag, inserted.id FROM inserted JOIN new ON new.id = inserted.id CROSS JOIN unnest(new.tags::text[]) AS tag
)`
      : ''
  }
SELECT id FROM inserted`;
}

export const FIND_KEYS = `/* runs.find-keys */
SELECT scope, key, body_hash, run_id, expires_at < clock_timestamp() AS expired
FROM millrace.idempotency_keys
JOIN unnest($1::text[], $2::text[]) AS wanted (scope, key) USING (scope, key)`;

export const DROP_EXPIRED_KEYS = `/* runs.drop-expired-keys */
DELETE FROM millrace.idempotency_keys AS kept
USING unnest($1::text[], $2::text[]) AS wanted (scope, key)
WHERE kept.scope = wanted.scope AND kept.key = wanted.key AND kept.expires_at < clock_timestamp()`;
