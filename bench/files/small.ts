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

/** As the engine's figures: what a process does first is compiled while it does it. */
const WARM_UP_FILES = 2_000;

async function measure(bench: Bench, backend: Backend): Promise<readonly Measured[]> {
  const files = bench.options.quick ? 1_000 : 10_000;
  const sides = await interleaved(
    bench.options.runs,
    () => withFiles(bench, files, (folders) => bareRate(bench, folders, files)),
    () => withFiles(bench, files, (folders) => millraceRate(bench, backend, folders, files)),
  );
  return [
    {
      ...{ id: `files.small.${backend}`, unit: 'files/s', target: atLeast(2), ...sides },
      what: 'files of 1-10 events at once, moved into the inbox until all are committed and archived; baseline: a bare loop, one single-statement transaction a file',
      settings: { files, backend, warmUpFiles: WARM_UP_FILES },
    },
  ];
}

/** Folders of small files: for the warm-up, and to be measured. */
interface Folders {
  readonly warmUp: string;
  readonly measured: string;
}

async function withFiles(bench: Bench, files: number, work: (folders: Folders) => Promise<number>): Promise<number> {
  const home = join(bench.folder, 'small');
  const folders = { warmUp: join(home, 'warm-up'), measured: join(home, 'measured') };
  await makeSmallFiles(folders.measured, files);
  await makeSmallFiles(folders.warmUp, WARM_UP_FILES, files);
  try {
    return await work(folders);
  } finally {
    await rm(home, { recursive: true });
  }
}

function bareRate(bench: Bench, { warmUp, measured }: Folders, files: number): Promise<number> {
  const archive = join(bench.folder, 'small-archive');
  return bench.withDatabase(async (databaseUrl) => {
    await withClient(databaseUrl, (client) => client.query(REFERENCE_TABLE));
    const input = { databaseUrl, warmUp, folder: measured, archive };
    const { seconds } = await runSide<{ seconds: number }>('files/sides/bare-loop.ts', input);
    await rm(archive, { recursive: true });
    return files / seconds;
  });
}

async function millraceRate(
  bench: Bench,
  backend: Backend,
  { warmUp, measured }: Folders,
  files: number,
): Promise<number> {
  const redisUrl = await redisFor(bench, backend);
  return bench.withDatabase((databaseUrl) =>
    LoadingMillrace.with({ bench, databaseUrl, redisUrl }, async (millrace) => {
      await millrace.dropAll(warmUp);
      await millrace.untilArchived(WARM_UP_FILES);
      const started = performance.now();
      await millrace.dropAll(measured);
      await millrace.untilArchived(WARM_UP_FILES + files);
      return files / ((performance.now() - started) / 1_000);
    }),
  );
}
