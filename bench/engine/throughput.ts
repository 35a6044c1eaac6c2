import type { Bench } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { runSide } from '../side.js';

const CONCURRENCY = 50;
const IN_FLIGHT = 50;
/** Raw BullMQ on PostgreSQL ends now and then in a deadlock of two of its own statements (`moveToCompleted`, 40P01). */
const RAW_TRIES = 3;

/** Root runs started, executed and succeeded a second, against jobs added and processed by raw BullMQ. */
export const throughputOnRedis: Figure = {
  id: 'engine.throughput.redis',
  needsRedis: true,
  measure: (bench) => measure(bench, 'redis', bench.options.quick ? 5_000 : 20_000, 0.5),
};

export const throughputOnPostgres: Figure = {
  id: 'engine.throughput.postgres',
  needsRedis: false,
  measure: (bench) => measure(bench, 'postgres', bench.options.quick ? 1_500 : 5_000, 0.8),
};

async function measure(
  bench: Bench,
  backend: 'redis' | 'postgres',
  runs: number,
  limit: number,
): Promise<readonly Measured[]> {
  const common = { warmUp: Math.min(2_000, runs), inFlight: IN_FLIGHT, concurrency: CONCURRENCY };
  const sides = await interleaved(
    bench.options.runs,
    () => (backend === 'redis' ? rawOnRedis(bench, runs, common) : rawOnPostgres(bench, runs, common)),
    () => millraceRate(bench, backend, { runs, ...common }),
  );
  return [
    {
      ...{ id: `engine.throughput.${backend}`, unit: '1/s', target: atLeast(limit), ...sides },
      what: `${runs} no-op root runs, submit to succeeded; baseline: raw BullMQ, add and process together`,
      settings: { runs, ...common },
    },
  ];
}

interface Rate {
  readonly perSecond: number;
}

async function rawOnRedis(bench: Bench, jobs: number, common: object): Promise<number> {
  const input = { redisUrl: await bench.emptyRedis(), jobs, ...common };
  return (await runSide<Rate>('engine/sides/raw-throughput.ts', input)).perSecond;
}

async function rawOnPostgres(bench: Bench, jobs: number, common: object): Promise<number> {
  const measureOnce = () =>
    bench.withDatabase(async (postgresUrl) => {
      const input = { postgresUrl, jobs, ...common };
      return (await runSide<Rate>('engine/sides/raw-throughput.ts', input)).perSecond;
    });
  for (let left = RAW_TRIES - 1; left > 0; left -= 1) {
    try {
      return await measureOnce();
    } catch (error) {
      process.stderr.write(`Raw BullMQ is measured again: ${String(error)}\n`);
    }
  }
  return measureOnce();
}

/** What Millrace's side of a figure does. */
interface Throughput {
  readonly runs: number;
  readonly warmUp: number;
  readonly inFlight: number;
  readonly concurrency: number;
  /** @default the one that does nothing */
  readonly taskId?: string;
  /** Variables of the measured process, in the place of the usual ones. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Millrace's own side of the figure, also for figures that compare Millrace with something else. */
export async function millraceRate(
  bench: Bench,
  backend: 'redis' | 'postgres',
  input: Throughput,
  databaseUrl?: string,
): Promise<number> {
  if (databaseUrl === undefined) return bench.withDatabase((url) => millraceRate(bench, backend, input, url));
  const redisUrl = backend === 'redis' ? await bench.emptyRedis() : undefined;
  const given = { ...input, databaseUrl, redisUrl, home: bench.folder };
  const { perSecond } = await runSide<Rate>('engine/sides/millrace-throughput.ts', given, bench.options.profileFolder);
  return perSecond;
}
