import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, withClient } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { makeDetectionFile } from './detection-file.js';
import { copyRate, millraceRate } from './large.js';
import { psql } from './psql.js';

const BYTES = 500_000_000;

/** A large file against the fastest way into PostgreSQL at all: binary COPY into a table without an index. */
export const limit: Figure = { id: 'files.limit', needsRedis: false, measure };

const BARE_TABLE = `
CREATE TABLE bare (vehicle_id text, detection_time timestamptz, object_type text, object_value integer)`;

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const path = join(bench.folder, 'limit.json');
  const flatPath = join(bench.folder, 'limit.tsv');
  const binaryPath = join(bench.folder, 'limit.copy');
  try {
    const file = await makeDetectionFile({ path, flatPath, bytes: bench.options.quick ? BYTES / 10 : BYTES });
    await toBinary(bench, flatPath, binaryPath);
    const sides = await interleaved(
      bench.options.runs,
      () => copyRate(bench, BARE_TABLE, `\\copy bare from '${binaryPath}' (format binary)`, file),
      () => millraceRate(bench, file),
    );
    return [
      {
        ...{ id: 'files.limit', unit: 'rows/s', target: atLeast(0.5), ...sides },
        what: 'one file of detections, registered to committed; baseline: psql \\copy of its rows, already in binary, into a table without an index',
        settings: { bytes: file.bytes, events: file.events, rows: file.rows },
      },
    ];
  } finally {
    await Promise.all([path, flatPath, binaryPath].map((one) => rm(one, { force: true })));
  }
}

function toBinary(bench: Bench, flatPath: string, binaryPath: string): Promise<void> {
  return bench.withDatabase(async (url) => {
    await withClient(url, (client) => client.query(BARE_TABLE));
    await psql(url, `\\copy bare from '${flatPath}'`);
    await psql(url, `\\copy bare to '${binaryPath}' (format binary)`);
  });
}
