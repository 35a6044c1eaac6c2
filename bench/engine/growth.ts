import { type Bench, withClient } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { millraceRate } from './throughput.js';

/** Throughput with many finished runs in the tables, against the same with empty ones. */
export const growth: Figure = { id: 'engine.growth', needsRedis: true, measure };

/** Rows of one statement. */
const CHUNK = 500_000;

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const { growthRuns, quick } = bench.options;
  const input = { runs: quick ? 5_000 : 20_000, warmUp: 2_000, inFlight: 50, concurrency: 50 };
  return bench.withDatabase(async (full) => {
    await fill(full, growthRuns);
    const sides = await interleaved(
      bench.options.runs,
      () => millraceRate(bench, 'redis', input),
      () => millraceRate(bench, 'redis', input, full),
    );
    return [
      {
        ...{ id: 'engine.growth', unit: '1/s', target: atLeast(0.9), ...sides },
        what: `throughput with ${growthRuns} finished runs in the tables; baseline: with empty tables`,
        settings: { ...input, finishedRuns: growthRuns },
      },
    ];
  });
}

/** Runs that succeeded over the last weeks, one a tenth of a second, as the engine would have left them. */
async function fill(url: string, runs: number): Promise<void> {
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
