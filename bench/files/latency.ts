import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, withClient } from '../bench.js';
import { EndsHeard } from '../engine/ends-heard.js';
import { type Figure, type Measured, valueBelow } from '../figure.js';
import { percentile } from '../statistics.js';
import { type Backend, redisFor } from './backends.js';
import { LoadingMillrace } from './loading-millrace.js';
import { makeSmallFiles, smallFileName } from './small-files.js';

const SAMPLES = 200;
const WARM_UP = 20;
/** Idle means that what follows an end is over too. */
const PAUSE_MS = 50;

/** A complete file moved into the idle inbox until its rows are committed, as another connection hears it. */
export const latencyOnRedis: Figure = figure('redis');
export const latencyOnPostgres: Figure = figure('postgres');

function figure(backend: Backend): Figure {
  return {
    id: `files.latency.${backend}`,
    needsRedis: backend === 'redis',
    measure: (bench) => measure(bench, backend),
  };
}

async function measure(bench: Bench, backend: Backend): Promise<readonly Measured[]> {
  const samples = bench.options.quick ? 20 : SAMPLES;
  const rounds: number[][] = [];
  for (let run = 0; run < bench.options.runs; run += 1) rounds.push(await latencies(bench, backend, samples));
  const common = { unit: 'ms', baseline: [], settings: { samples, backend } };
  const what = 'a file moved into the idle inbox until its rows are committed';
  const at = (share: number) => rounds.map((latencies) => percentile(latencies, share));
  const id = `files.latency.${backend}`;
  return [
    { ...common, id: `${id}.p50`, what: `p50, ${what}`, millrace: at(0.5), target: valueBelow(150) },
    { ...common, id: `${id}.p99`, what: `p99, ${what}`, millrace: at(0.99), target: valueBelow(400) },
  ];
}

async function latencies(bench: Bench, backend: Backend, samples: number): Promise<number[]> {
  const redisUrl = await redisFor(bench, backend);
  const folder = join(bench.folder, 'latency');
  await makeSmallFiles(folder, WARM_UP + samples);
  return bench.withDatabase((databaseUrl) =>
    LoadingMillrace.with({ bench, databaseUrl, redisUrl }, (millrace) =>
      withClient(databaseUrl, async (client) => {
        const ends = await EndsHeard.on(client);
        const measured: number[] = [];
        for (let file = 0; file < WARM_UP + samples; file += 1) {
          const ended = ends.nextAt();
          const started = performance.now();
          await millrace.move(join(folder, smallFileName(file)), smallFileName(file));
          const took = (await ended) - started;
          if (file >= WARM_UP) measured.push(took);
          await delay(PAUSE_MS);
        }
        return measured;
      }),
    ),
  );
}
