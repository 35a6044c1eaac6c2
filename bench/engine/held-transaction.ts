import { type Bench, withClient } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { millraceRate } from './throughput.js';

/**
 * Throughput on tables whose dead rows cannot be vacuumed, because another transaction has been open for minutes of full
 * load; against the same load before it began.
 */
export const heldTransaction: Figure = { id: 'engine.throughput.held', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const { heldMinutes, quick, runs } = bench.options;
  const input = { runs: quick ? 5_000 : 20_000, warmUp: 2_000, inFlight: 50, concurrency: 50 };
  return bench.withDatabase(async (url) => {
    const rate = () => millraceRate(bench, 'redis', input, url);
    const baseline: number[] = [];
    for (let run = 0; run < runs; run += 1) baseline.push(await rate());
    const rates = await withClient(url, async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      // A snapshot and a transaction id: both hold vacuum back.
      await client.query('SELECT pg_current_xact_id(), count(*) FROM millrace.workers');
      const end = performance.now() + heldMinutes * 60_000;
      const measured: number[] = [];
      while (performance.now() < end || measured.length < runs) measured.push(await rate());
      await client.query('ROLLBACK');
      return measured;
    });
    return [
      {
        ...{ id: 'engine.throughput.held', unit: '1/s', target: atLeast(0.8), baseline, millrace: rates.slice(-runs) },
        what: `throughput after ${heldMinutes} minutes of load beside an open transaction; baseline: before it`,
        settings: { ...input, heldMinutes, roundsBesideIt: rates.length },
      },
    ];
  });
}
