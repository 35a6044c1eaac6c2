import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import { ofBenchmark } from '../children.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { runSide } from '../side.js';
import { millraceRate } from './throughput.js';

const FOLDER = fileURLToPath(new URL('../peers/', import.meta.url));

/** File below `bench/peers`, and how many times as fast Millrace must be. */
const PEERS = [
  { name: 'pg-boss', limit: 4 },
  { name: 'dbos', limit: 4 },
  { name: 'graphile-worker', limit: 1 },
] as const;

/** Runs whose results are kept, submitted until done, against those who do the same on PostgreSQL. */
export const peers: Figure = { id: 'engine.peers', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  await install();
  const jobs = bench.options.quick ? 2_000 : 20_000;
  const common = { warmUp: Math.min(2_000, jobs), inFlight: 50, concurrency: 50 };
  const results: Measured[] = [];
  for (const { name, limit } of PEERS) {
    const sides = await interleaved(
      bench.options.runs,
      () =>
        bench.withDatabase(async (databaseUrl) => {
          const input = { databaseUrl, jobs, ...common };
          return (await runSide<{ perSecond: number }>(`peers/${name}.mjs`, input)).perSecond;
        }),
      () => millraceRate(bench, 'redis', { runs: jobs, ...common }),
    );
    results.push({
      ...{ id: `engine.peers.${name}`, unit: '1/s', target: atLeast(limit), ...sides },
      what: `${jobs} no-op runs with their results kept, submit to done; baseline: ${name}`,
      settings: { jobs, ...common },
    });
  }
  return results;
}

/** Peers have a package.json of their own and are in nobody else's node_modules. */
async function install(): Promise<void> {
  if ((await stat(`${FOLDER}node_modules`).catch(() => undefined)) !== undefined) return;
  process.stdout.write('Installing the peers (npm install in bench/peers) ...\n');
  const args = ['install', '--workspaces=false', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = ofBenchmark(spawn('npm', args, { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] }));
  const [code] = (await once(npm, 'exit')) as [number | null];
  if (code !== 0) throw new Error('The peers could not be installed; see what npm wrote.');
}
