import type { Bench } from '../bench.js';
import { type Figure, type Measured, valueBelow } from '../figure.js';
import { type Backend, redisFor } from './backends.js';
import { LoadingMillrace } from './loading-millrace.js';
import { makeSmallFiles } from './small-files.js';

/** Many small files that wait when the processes start. */
export const backlogOnRedis: Figure = figure('redis');
export const backlogOnPostgres: Figure = figure('postgres');

function figure(backend: Backend): Figure {
  return {
    id: `files.backlog.${backend}`,
    needsRedis: backend === 'redis',
    measure: (bench) => measure(bench, backend),
  };
}

async function measure(bench: Bench, backend: Backend): Promise<readonly Measured[]> {
  const files = bench.options.quick ? 2_000 : 100_000;
  const peaks: number[] = [];
  for (let run = 0; run < bench.options.runs; run += 1) {
    const redisUrl = await redisFor(bench, backend);
    const peak = await bench.withDatabase((databaseUrl) =>
      LoadingMillrace.with(
        { bench, databaseUrl, redisUrl, prepare: (inbox) => makeSmallFiles(inbox, files) },
        async (millrace) => {
          await millrace.untilArchived(files);
          return millrace.watcher.peakMemory();
        },
      ),
    );
    peaks.push(peak);
  }
  return [
    {
      ...{ id: `files.backlog.${backend}`, unit: 'MiB', target: valueBelow(250), baseline: [], millrace: peaks },
      what: 'small files that wait at start, all loaded and archived: peak resident memory of the watcher',
      settings: { files, backend },
    },
  ];
}
