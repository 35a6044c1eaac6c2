import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { makeDetectionFile } from './detection-file.js';
import { fillTables, VEHICLES } from './full-tables.js';
import { loadRate, type NamedFile, WARM_UP_BYTES } from './large.js';

/** One large file into tables that hold many rows of its own time, against the same into empty ones. */
export const growth: Figure = { id: 'files.growth', needsRedis: false, measure };

const MB = 1_000_000;
const BYTES = 50 * MB;
/** Within the hours that are filled; a round's files are apart from those of the others. */
const FIRST_MS = Date.UTC(2022, 5, 5);
const WARM_UP_MS = Date.UTC(2021, 5, 5);
const STEP_MS = 40 * 60_000;
/** In the files' names: the full tables know the numbers below. */
const FIRST_NUMBER = 1_000_000;

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const rounds: (readonly [NamedFile, NamedFile])[] = [];
  for (let round = 0; round < bench.options.runs; round += 1) rounds.push(await makeRound(bench, round));
  try {
    return await bench.withDatabase(async (full) => {
      const events = await fillTables(full, bench.options.tableRows);
      const [intoEmpty, intoFull] = [rounds.values(), rounds.values()];
      const sides = await interleaved(
        bench.options.runs,
        () => bench.withDatabase((empty) => loadRate({ bench, databaseUrl: empty }, next(intoEmpty))),
        () => loadRate({ bench, databaseUrl: full }, next(intoFull)),
      );
      return [
        {
          ...{ id: 'files.growth', unit: 'rows/s', target: atLeast(0.8), ...sides },
          what: 'one file of detections into tables that hold many rows of its time; baseline: the same into empty tables',
          settings: { rows: bench.options.tableRows, events, vehicles: VEHICLES, bytes: BYTES },
        },
      ];
    });
  } finally {
    await Promise.all(rounds.flat().map(({ path }) => rm(path, { force: true })));
  }
}

/** A file to warm up with and the one that is measured, of times that no other round has: none is loaded before. */
async function makeRound(bench: Bench, round: number): Promise<readonly [NamedFile, NamedFile]> {
  const make = async (name: string, bytes: number, firstMs: number) => {
    const path = join(bench.folder, name);
    return { ...(await makeDetectionFile({ path, bytes, firstMs: firstMs + round * STEP_MS })), name };
  };
  return [
    await make(`objects_detection_${String(FIRST_NUMBER + round)}.json`, WARM_UP_BYTES, WARM_UP_MS),
    await make(`objects_detection_${String(2 * FIRST_NUMBER + round)}.json`, BYTES, FIRST_MS),
  ];
}

function next<T>(values: Iterator<T, undefined>): T {
  const { value } = values.next();
  if (value === undefined) throw new Error('There are more rounds than files.');
  return value;
}
