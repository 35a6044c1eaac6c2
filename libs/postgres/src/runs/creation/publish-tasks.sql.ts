export const PUBLISH_TASKS = `/* tasks.publish */
INSERT INTO millrace.task_definitions AS known (id, description, queue, input_schema, result_schema, max_attempts, code_version,
                                             concurrency_limit, rate_max, rate_per_ms)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::json[], $5::json[], $6::int[], $7::text[], $8::int[], $9::int[], $10::float8[])
ON CONFLICT (id) DO UPDATE
SET description = excluded.description, queue = excluded.queue, input_schema = excluded.input_schema,
    result_schema = excluded.result_schema, max_attempts = excluded.max_attempts, code_version = excluded.code_version,
    concurrency_limit = excluded.concurrency_limit, rate_max = excluded.rate_max, rate_per_ms = excluded.rate_per_ms,
    registered_at = clock_timestamp()
-- The same code again writes nothing.
WHERE known.code_version <> excluded.code_version OR known.queue <> excluded.queue
   OR known.max_attempts <> excluded.max_attempts OR known.description IS DISTINCT FROM excluded.description
   OR (known.concurrency_limit, known.rate_max, known.rate_per_ms)
      IS DISTINCT FROM (excluded.concurrency_limit, excluded.rate_max, excluded.rate_per_ms)`;
