import type { Bench } from '../bench.js';
import { atMost, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { runSide } from '../side.js';

const CONCURRENCY = 50;

/** A map over many no-op children until its parent has succeeded, against a flow of raw BullMQ. */
export const fanOutOnRedis: Figure = {
  id: 'engine.fanout.redis',
  needsRedis: true,
  measure: (bench) => measure(bench, 'redis', 3),
};

export const fanOutOnPostgres: Figure = {
  id: 'engine.fanout.postgres',
  needsRedis: false,
  measure: (bench) => measure(bench, 'postgres', 0.3),
};

interface Took {
  readonly seconds: number;
}

async function measure(bench: Bench, backend: 'redis' | 'postgres', limit: number): Promise<readonly Measured[]> {
  const common = { children: bench.options.quick ? 1_000 : 10_000, warmUp: 200, concurrency: CONCURRENCY };
  const backendUrls = async (databaseUrl: string) => ({
    redisUrl: backend === 'redis' ? await bench.emptyRedis() : undefined,
    postgresUrl: backend === 'redis' ? undefined : databaseUrl,
  });
  const sides = await interleaved(
    bench.options.runs,
    () =>
      bench.withDatabase(async (url) => {
        const input = { ...(await backendUrls(url)), ...common };
        return (await runSide<Took>('engine/sides/raw-flow.ts', input)).seconds;
      }),
    () =>
      bench.withDatabase(async (databaseUrl) => {
        const input = { ...(await backendUrls(databaseUrl)), databaseUrl, home: bench.folder, ...common };
        const { profileFolder } = bench.options;
        return (await runSide<Took>('engine/sides/millrace-fan-out.ts', input, profileFolder)).seconds;
      }),
  );
  return [
    {
      ...{ id: `engine.fanout.${backend}`, unit: 's', target: atMost(limit), ...sides, settings: common },
      what: `map over ${common.children} no-op children until the parent has succeeded; baseline: a raw BullMQ flow`,
    },
  ];
}
