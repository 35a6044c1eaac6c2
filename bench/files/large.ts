import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, withClient } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { type DetectionFile, makeDetectionFile } from './detection-file.js';
import { LoadingMillrace, type LoadingOptions } from './loading-millrace.js';
import { psql } from './psql.js';

const MB = 1_000_000;
/** Loaded before, by the same worker; its events are a year older. */
export const WARM_UP_BYTES = 20 * MB;
const WARM_UP_MS = Date.UTC(2021, 5, 5);

/** One large file, registered to committed, against COPY of the same rows into the reference solution's table. */
export const large50: Figure = figure(50, 4);
export const large500: Figure = figure(500, 5);

/** The reference solution's table, one row a detection. */
export const REFERENCE_TABLE = `
CREATE TABLE reference (
  vehicle_id text, detection_time timestamptz, object_type text, object_value integer,
  PRIMARY KEY (vehicle_id, detection_time, object_type)
);
CREATE INDEX ON reference (detection_time)`;

function figure(megabytes: number, limit: number): Figure {
  const id = `files.large.${megabytes}`;
  return { id, needsRedis: false, measure: (bench) => measure(bench, id, megabytes, limit) };
}

async function measure(bench: Bench, id: string, megabytes: number, limit: number): Promise<readonly Measured[]> {
  const path = join(bench.folder, `${id}.json`);
  const flatPath = join(bench.folder, `${id}.tsv`);
  const bytes = (bench.options.quick ? megabytes / 10 : megabytes) * MB;
  const file = await makeDetectionFile({ path, flatPath, bytes });
  try {
    const sides = await interleaved(
      bench.options.runs,
      () => copyRate(bench, REFERENCE_TABLE, `\\copy reference from '${flatPath}'`, file),
      () => millraceRate(bench, file),
    );
    return [
      {
        ...{ id, unit: 'rows/s', target: atLeast(limit), ...sides },
        what: `one file of detections, registered to committed; baseline: psql \\copy of its rows, already flattened, into the reference table`,
        settings: { bytes: file.bytes, events: file.events, rows: file.rows },
      },
    ];
  } finally {
    await Promise.all([path, flatPath].map((one) => rm(one, { force: true })));
  }
}

/** Rows a second of a `\copy` into a new table in a new database. */
export function copyRate(bench: Bench, table: string, copy: string, { rows }: DetectionFile): Promise<number> {
  return bench.withDatabase(async (url) => {
    await withClient(url, async (client) => {
      await client.query(table);
      await client.query('CHECKPOINT');
    });
    const started = performance.now();
    await psql(url, copy);
    return rows / ((performance.now() - started) / 1_000);
  });
}

/** Rows a second of the whole built system in a new database. */
export async function millraceRate(bench: Bench, { path, rows }: DetectionFile): Promise<number> {
  const warmUp = await makeDetectionFile({ path: `${path}.warm-up`, bytes: WARM_UP_BYTES, firstMs: WARM_UP_MS });
  return bench.withDatabase((url) =>
    loadRate({ bench, databaseUrl: url }, [
      { path: warmUp.path, rows: warmUp.rows, name: 'objects_detection_0.json' },
      { path, rows, name: 'objects_detection_1.json' },
    ]),
  );
}

/** A file to be loaded. */
export interface NamedFile extends Pick<DetectionFile, 'path' | 'rows'> {
  /** In the inbox. */
  readonly name: string;
}

/** Rows a second of the second of two files. As the engine's figures: what a process does first is compiled while it does it. */
export function loadRate(
  options: Pick<LoadingOptions, 'bench' | 'databaseUrl'>,
  [warmUp, measured]: readonly [NamedFile, NamedFile],
): Promise<number> {
  return LoadingMillrace.with(options, async (millrace) => {
    await millrace.drop(warmUp.path, warmUp.name);
    await millrace.untilLoaded(warmUp.name);
    await millrace.client.query('CHECKPOINT');
    await millrace.drop(measured.path, measured.name);
    return measured.rows / (await millrace.untilLoaded(measured.name));
  });
}
