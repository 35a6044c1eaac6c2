import { withClient } from './bench.js';

/** Rows of one statement. */
const CHUNK = 500_000;

/** Fills the tables with runs that succeeded over the last weeks, one a tenth of a second, as the engine would have left them. */
export async function fillFinishedRuns(url: string, runs: number): Promise<void> {
  await withClient(url, async (client) => {
    for (let from = 0; from < runs; from += CHUNK) {
      const to = Math.min(from + CHUNK, runs);
      await client.query(INSERT_FINISHED, [from, to - 1, runs]);
    }
    await client.query('VACUUM (ANALYZE) millrace.runs');
    await client.query('CHECKPOINT');
  });
}

const INSERT_FINISHED = `
INSERT INTO millrace.runs (id, task_id, queue, state, trigger, input, result, root_id, epoch, max_attempts, worker_id,
                           created_at, queued_at, due_at, started_at, attempt_started_at, finished_at)
SELECT id, 'bench-no-op', 'default', 'succeeded', 'api', '{"index":1}', '{"ok":true}', id, 1, 3, gen_random_uuid(),
       at, at, at, at, at, at
FROM (
  SELECT at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' ||
              substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid AS id
  FROM (SELECT now() - ($3::int - n) * interval '0.1 s' AS at FROM generate_series($1::int, $2::int) AS n) AS times
) AS made`;
