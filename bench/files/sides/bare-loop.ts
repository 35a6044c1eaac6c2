import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { readInput, tellResult } from '../../side.js';

/** Reads file after file and commits the rows of each by one statement, into the reference solution's table. */
interface Input {
  readonly databaseUrl: string;
  /** Loaded before the clock runs. */
  readonly warmUp: string;
  readonly folder: string;
  readonly archive: string;
}

interface Event {
  readonly vehicle_id: string;
  readonly detection_time: string;
  readonly detections: readonly { readonly object_type: string; readonly object_value: number }[];
}

const INSERT = {
  name: 'insert',
  text: 'INSERT INTO reference SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::int[])',
};

const { databaseUrl, warmUp, folder, archive } = readInput<Input>();
const client = new Client({ connectionString: databaseUrl });
await client.connect();
await mkdir(archive, { recursive: true });
await load(warmUp);
const started = performance.now();
await load(folder);
tellResult({ seconds: (performance.now() - started) / 1_000 });
await client.end();

async function load(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    const { objects_detection_events: events } = JSON.parse(text) as { objects_detection_events: readonly Event[] };
    const rows = events.flatMap((event) => event.detections.map((detection) => ({ ...event, ...detection })));
    const values = [
      rows.map((row) => row.vehicle_id),
      rows.map((row) => row.detection_time),
      rows.map((row) => row.object_type),
      rows.map((row) => row.object_value),
    ];
    await client.query({ ...INSERT, values });
    await rename(join(folder, name), join(archive, name));
  }
}
