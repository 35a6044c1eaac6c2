import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, withClient } from '../bench.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { LoadingMillrace } from './loading-millrace.js';
import { psql } from './psql.js';
import { makeStatusFile } from './status-file.js';

/** Status reports with their history, against the latest alone by hand-written SQL. */
export const status: Figure = { id: 'files.status', needsRedis: false, measure };

const LATEST_TABLE =
  'CREATE TABLE latest (vehicle_id text PRIMARY KEY, report_time timestamptz NOT NULL, status text NOT NULL)';
const STAGE = 'CREATE TEMP TABLE staged (vehicle_id text, report_time timestamptz, status text)';
const MERGE = `
INSERT INTO latest
SELECT DISTINCT ON (vehicle_id) vehicle_id, report_time, status FROM staged ORDER BY vehicle_id, report_time DESC
ON CONFLICT (vehicle_id) DO UPDATE SET report_time = excluded.report_time, status = excluded.status
WHERE excluded.report_time > latest.report_time`;

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const size = bench.options.quick ? { reports: 200_000, vehicles: 20_000 } : { reports: 2_000_000, vehicles: 200_000 };
  const path = join(bench.folder, 'status.json');
  const flatPath = join(bench.folder, 'status.tsv');
  await makeStatusFile(path, flatPath, size);
  try {
    const sides = await interleaved(
      bench.options.runs,
      async () => size.reports / (await mergeSeconds(bench, flatPath)),
      async () => size.reports / (await millraceSeconds(bench, path)),
    );
    return [
      {
        ...{ id: 'files.status', unit: 'reports/s', target: atLeast(1.3), ...sides },
        what: 'one file of status reports, registered to committed, latest and history; baseline: psql \\copy of them, flattened, to TEMP, DISTINCT ON, ON CONFLICT where newer (latest only)',
        settings: size,
      },
    ];
  } finally {
    await Promise.all([path, flatPath].map((one) => rm(one, { force: true })));
  }
}

function mergeSeconds(bench: Bench, flatPath: string): Promise<number> {
  return bench.withDatabase(async (url) => {
    await withClient(url, async (client) => {
      await client.query(LATEST_TABLE);
      await client.query('CHECKPOINT');
    });
    const started = performance.now();
    await psql(url, STAGE, `\\copy staged from '${flatPath}'`, MERGE);
    return (performance.now() - started) / 1_000;
  });
}

function millraceSeconds(bench: Bench, path: string): Promise<number> {
  return bench.withDatabase((databaseUrl) =>
    LoadingMillrace.with({ bench, databaseUrl }, async (millrace) => {
      await millrace.client.query('CHECKPOINT');
      await millrace.drop(path, 'vehicles_status_1.json');
      return millrace.untilLoaded('vehicles_status_1.json');
    }),
  );
}
