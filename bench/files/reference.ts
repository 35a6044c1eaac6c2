import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, withClient } from '../bench.js';
import { ofBenchmark } from '../children.js';
import { atLeast, type Figure, type Measured, SkippedError } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { type DetectionFile, makeDetectionFile } from './detection-file.js';
import { millraceRate, REFERENCE_TABLE } from './large.js';

const BYTES = 50_000_000;
/** Debian's own, for which it has a package of psycopg2. */
const PYTHON = '/usr/bin/python3';
const SIDE = fileURLToPath(new URL('sides/reference.py', import.meta.url));

/** A large file against the approach that this project grew from: Python and psycopg2, row by row. */
export const reference: Figure = { id: 'files.reference', needsRedis: false, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  if ((await python('-c', 'import psycopg2')) !== 0) throw new SkippedError('Debian has no python3-psycopg2 installed');
  const path = join(bench.folder, 'reference.json');
  try {
    const file = await makeDetectionFile({ path, bytes: bench.options.quick ? BYTES / 10 : BYTES });
    const sides = await interleaved(
      bench.options.runs,
      () => rowByRow(bench, file),
      () => millraceRate(bench, file),
    );
    return [
      {
        ...{ id: 'files.reference', unit: 'rows/s', target: atLeast(30), ...sides },
        what: 'one file of detections, registered to committed; baseline: Python and psycopg2, a statement a row, one commit',
        settings: { bytes: file.bytes, events: file.events, rows: file.rows },
      },
    ];
  } finally {
    await rm(path, { force: true });
  }
}

/** Rows a second, the start of Python included. */
function rowByRow(bench: Bench, { path, rows }: DetectionFile): Promise<number> {
  return bench.withDatabase(async (url) => {
    await withClient(url, async (client) => {
      await client.query(REFERENCE_TABLE);
      await client.query('CHECKPOINT');
    });
    const started = performance.now();
    const code = await python(SIDE, url, path);
    if (code !== 0) throw new Error(`${SIDE} ended with ${String(code)}; see what it wrote.`);
    return rows / ((performance.now() - started) / 1_000);
  });
}

/** Its exit code; null when a signal ended it or there is no Python. */
async function python(...args: readonly string[]): Promise<number | null> {
  const child = ofBenchmark(spawn(PYTHON, args, { stdio: ['ignore', 2, 2] }));
  const [code] = (await once(child, 'exit').catch(() => [null])) as [number | null];
  return code;
}
