import type { Bench } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { fillFinishedRuns } from '../finished-runs.js';
import { interleaved } from '../interleaved.js';
import { millraceRate } from './throughput.js';

/** Throughput with many finished runs in the tables, against the same with empty ones. */
export const growth: Figure = { id: 'engine.growth', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const { growthRuns, quick } = bench.options;
  const input = { runs: quick ? 5_000 : 20_000, warmUp: 2_000, inFlight: 50, concurrency: 50 };
  return bench.withDatabase(async (full) => {
    await fillFinishedRuns(full, growthRuns);
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
