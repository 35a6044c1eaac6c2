import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, withClient } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { runSide } from '../side.js';
import { type Backend, redisFor } from './backends.js';
import { LoadingMillrace } from './loading-millrace.js';
import { REFERENCE_TABLE } from './large.js';
import { makeSmallFiles } from './small-files.js';

/** Many small files at once, against a bare loop that commits one by one. */
export const smallOnRedis: Figure = figure('redis');
export const smallOnPostgres: Figure = figure('postgres');

function figure(backend: Backend): Figure {
  return {
    id: `files.small.${backend}`,
    needsRedis: backend === 'redis',
    measure: (bench) => measure(bench, backend),
  };
}

async function measure(bench: Bench, backend: Backend): Promise<readonly Measured[]> {
  const files = bench.options.quick ? 1_000 : 10_000;
  const folder = join(bench.folder, 'small');
  const sides = await interleaved(
    bench.options.runs,
    () => withFiles(folder, files, () => bareRate(bench, folder, files)),
    () => withFiles(folder, files, () => millraceRate(bench, backend, folder, files)),
  );
  return [
    {
      ...{ id: `files.small.${backend}`, unit: 'files/s', target: atLeast(2), ...sides },
      what: 'files of 1-10 events at once, moved into the inbox until all are committed and archived; baseline: a bare loop, one single-statement transaction a file',
      settings: { files, backend },
    },
  ];
}

async function withFiles(folder: string, files: number, work: () => Promise<number>): Promise<number> {
  await makeSmallFiles(folder, files);
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true });
  }
}

function bareRate(bench: Bench, folder: string, files: number): Promise<number> {
  const archive = join(bench.folder, 'small-archive');
  return bench.withDatabase(async (databaseUrl) => {
    await withClient(databaseUrl, (client) => client.query(REFERENCE_TABLE));
    const input = { databaseUrl, folder, archive };
    const { seconds } = await runSide<{ seconds: number }>('files/sides/bare-loop.ts', input);
    await rm(archive, { recursive: true });
    return files / seconds;
  });
}

async function millraceRate(bench: Bench, backend: Backend, folder: string, files: number): Promise<number> {
  const redisUrl = await redisFor(bench, backend);
  return bench.withDatabase((databaseUrl) =>
    LoadingMillrace.with({ bench, databaseUrl, redisUrl }, async (millrace) => {
      const started = performance.now();
      await millrace.dropAll(folder);
      await millrace.untilArchived(files);
      return files / ((performance.now() - started) / 1_000);
    }),
  );
}
