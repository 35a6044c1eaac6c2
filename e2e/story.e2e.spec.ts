import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedis, waitFor, type RedisServer } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from './has-program.js';
import { RunningMillrace } from './running-millrace.js';

const DETECTIONS = sample('objects_detection_20220605_211200.json');
const STATUSES = sample('vehicles_status_20220509_000300.json');
const DRIVERS = sample('drivers_20260101_060000.csv');
const PERIOD = { from: '2022-01-01T00:00:00Z', to: '2023-01-01T00:00:00Z' };

interface Run {
  readonly id: string;
  readonly task: string;
  readonly state: string;
  readonly result: unknown;
  readonly children: Record<string, number>;
}
interface File {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly reason: { readonly code: string } | null;
}

const hasRedis = hasProgram('redis-server');

describe.each([
  { backend: 'PostgreSQL', skip: false },
  { backend: 'Redis (needs redis-server)', skip: !hasRedis },
])('Millrace with its queue on $backend', ({ backend, skip }) => {
  describe.skipIf(skip)('goes through the story', () => {
    let redis: RedisServer | undefined;
    let millrace: RunningMillrace;
    beforeAll(async () => {
      if (backend !== 'PostgreSQL') redis = await startRedis();
      millrace = await RunningMillrace.prepare(redis === undefined ? {} : { REDIS_URL: redis.url });
    });
    afterAll(async () => {
      await millrace.remove();
      await redis?.stop();
    });

    const fileNamed = async (name: string) =>
      (await millrace.json<{ files: File[] }>('/files')).files.find((file) => file.name === name);
    const ended = (name: string) =>
      waitFor(async () => {
        const file = await fileNamed(name);
        return file !== undefined && file.state !== 'arrived' && file;
      });
    const run = async (task: string, input: unknown): Promise<Run> => {
      const accepted = await millrace.post('/runs', { task, input });
      expect(accepted.status).toBe(202);
      const location = accepted.headers.get('location') ?? '';
      return waitFor(async () => {
        const found = await millrace.json<Run>(location);
        return (found.state === 'succeeded' || found.state === 'failed') && found;
      });
    };
    const counts = async () => {
      const [row] = await millrace.sql<{ detections: string; vehicles: string }>(
        'SELECT (SELECT count(*) FROM objects_detection_events) AS detections, (SELECT count(*) FROM vehicle_status) AS vehicles',
      );
      return { detections: Number(row?.detections), vehicles: Number(row?.vehicles) };
    };

    it('starts, and says where everything is', async () => {
      await millrace.start();
      expect(millrace.output).toContain(`http://127.0.0.1:${millrace.port}/queues`);
      expect(millrace.output).toContain(millrace.inbox);
      expect((await millrace.get('/health/ready')).status).toBe(200);
    });

    it('loads both samples that are dropped into the inbox: 6 detections, 3 vehicles', async () => {
      await millrace.drop(DETECTIONS, 'objects_detection_20220605_211200.json');
      await millrace.drop(STATUSES, 'vehicles_status_20220509_000300.json');
      expect(await ended('objects_detection_20220605_211200.json')).toMatchObject({ state: 'loaded' });
      expect(await ended('vehicles_status_20220509_000300.json')).toMatchObject({ state: 'loaded' });
      expect(await counts()).toEqual({ detections: 6, vehicles: 3 });
    });

    it('moves loaded files to the archive', async () => {
      await waitFor(async () => (await filesBelow(join(millrace.home, 'archive'))).length === 2);
      expect(await visibleFiles(millrace.inbox)).toEqual([]);
    });

    it('records the same bytes under other names as duplicates, which change nothing', async () => {
      await millrace.drop(DETECTIONS, 'objects_detection_20220606_000000.json');
      await millrace.drop(STATUSES, 'vehicles_status_20220510_000000.json');
      expect(await ended('objects_detection_20220606_000000.json')).toMatchObject({ state: 'duplicate' });
      expect(await ended('vehicles_status_20220510_000000.json')).toMatchObject({ state: 'duplicate' });
      expect(await counts()).toEqual({ detections: 6, vehicles: 3 });
    });

    it('sets a bad record aside and loads the rest of its file', async () => {
      const name = 'vehicles_status_20220512_000000.json';
      // Of a vehicle that is known, and older than what is known of it.
      const good =
        '{"vehicle_id": "ebab5f787798416fb2b8afc1340d7a4e", "report_time": "2000-01-01T00:00:00Z", "status": "driving"}';
      await writeFile(join(millrace.inbox, name), `{"vehicle_status": [{"vehicle_id": 1}, ${good}]}`);
      const file = await ended(name);
      expect(file).toMatchObject({ state: 'loaded', counts: { records: 2, loaded: 1, rejected: 1 } });
      expect(await millrace.json(`/files/${file.id}/rejects`)).toMatchObject({
        rejects: [{ index: 0, code: 'MR_RECORD_INVALID', offset: 20, text: '{"vehicle_id": 1}' }],
        next: null,
      });
      expect(await counts()).toEqual({ detections: 6, vehicles: 3 });
    });

    it('takes the rows of a file back, and loads it again from the archive', async () => {
      const name = 'objects_detection_20220605_211200.json';
      const become = async (state: string) =>
        waitFor(async () => ((await fileNamed(name))?.state === state ? fileNamed(name) : undefined));
      const { id } = (await become('loaded')) ?? { id: '' };
      expect((await millrace.post(`/files/${id}/reload`, {})).status).toBe(409);
      expect((await millrace.post(`/files/${id}/unload`, {})).status).toBe(202);
      await become('unloaded');
      expect(await counts()).toEqual({ detections: 0, vehicles: 3 });
      expect((await millrace.post(`/files/${id}/reload`, {})).status).toBe(202);
      await become('loaded');
      expect(await counts()).toEqual({ detections: 6, vehicles: 3 });
      await waitFor(async () => (await filesBelow(join(millrace.home, 'archive'))).some((path) => path.includes(id)));
    });

    it('puts a bad file into quarantine with its reason', async () => {
      const name = 'vehicles_status_20220511_000000.json';
      await writeFile(join(millrace.inbox, name), '{"vehicle_status": [{"vehicle_id": 1}]}');
      const file = await ended(name);
      expect(file).toMatchObject({ state: 'quarantined', reason: { code: 'MR_TOO_MANY_REJECTS' } });
      await waitFor(async () => (await filesBelow(join(millrace.home, 'quarantine'))).length === 1);
      expect(await counts()).toEqual({ detections: 6, vehicles: 3 });
    });

    it('loads a CSV, once a marker says that it is complete, into the table that its feed declares', async () => {
      const name = 'drivers_20260101_060000.csv';
      await millrace.drop(DRIVERS, name);
      await writeFile(join(millrace.inbox, `${name}.done`), '');
      expect(await ended(name)).toMatchObject({ feed: 'drivers', state: 'loaded' });
      expect(
        await millrace.sql(
          `SELECT drivers.name, licence FROM drivers JOIN files ON files.id = file_id WHERE files.name = '${name}' ORDER BY driver_id`,
        ),
      ).toEqual([
        { name: 'Okafor, Ada', licence: 'C1E' },
        { name: 'Jonas Weiß', licence: 'B' },
        { name: 'Mia "Mimi" Laurent', licence: 'CE' },
      ]);
      await waitFor(async () => (await visibleFiles(millrace.inbox)).length === 0);
    });

    it('runs hello', async () => {
      expect(await run('hello', { name: 'Ada' })).toMatchObject({
        state: 'succeeded',
        result: { greeting: 'Hello, Ada!' },
      });
    });

    it('runs a fleet summary with a child for every vehicle', async () => {
      const summary = await run('fleet-summary', PERIOD);
      expect(summary).toMatchObject({
        state: 'succeeded',
        children: { succeeded: 3 },
        result: {
          vehicles: 3,
          detectionsByType: {
            cars: { count: 2, sum: 8 },
            pedestrians: { count: 1, sum: 3 },
            signs: { count: 1, sum: 0 },
            trucks: { count: 1, sum: 5 },
            obstacles: { count: 1, sum: 2 },
          },
          vehiclesByStatus: { driving: 1, accident: 1, parking: 1 },
        },
      });
      const { runs } = await millrace.json<{ runs: Run[] }>(`/runs?parent=${summary.id}`);
      expect(runs.map(({ task }) => task)).toEqual(Array<string>(3).fill('vehicle-summary'));
    });

    it('runs the task in the tasks folder, a child a text', async () => {
      const texts = ['one two', 'three', 'four five six'];
      expect(await run('count-all-words', { texts })).toMatchObject({
        result: { words: 6 },
        children: { succeeded: 3 },
      });
    });

    it.skipIf(!hasProgram('python3'))('runs a Python program as a task (needs python3)', async () => {
      expect(await run('word-histogram', { text: 'to be or not to be', top: 1 })).toMatchObject({
        state: 'succeeded',
        result: { words: 6, top: [['to', 2]] },
      });
    });

    it('starts one run for a repeated idempotency key', async () => {
      const body = { task: 'hello', input: { name: 'once' } };
      const key = { 'idempotency-key': 'story-1' };
      const [first, second] = [await millrace.post('/runs', body, key), await millrace.post('/runs', body, key)];
      expect([first.status, second.status]).toEqual([202, 202]);
      expect(second.headers.get('location')).toBe(first.headers.get('location'));
      expect((await millrace.post('/runs', { ...body, input: { name: 'other' } }, key)).status).toBe(409);
    });

    it('names the nearest task for a misspelt one', async () => {
      const response = await millrace.post('/runs', { task: 'helo', input: {} });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'MR_TASK_UNKNOWN', nearest: 'hello' });
    });

    it('shows queues, docs and the OpenAPI document', async () => {
      expect(await (await millrace.get('/queues', { accept: 'text/html' })).text()).toContain('<html');
      expect(await (await millrace.get('/queues/api/queues?activeQueue=reports&status=completed')).text()).toContain(
        'fleet-summary',
      );
      expect((await millrace.get('/docs')).status).toBe(200);
      expect(await millrace.json<{ paths: object }>('/openapi.json')).toHaveProperty('paths./runs.post');
    });

    it('answers the query of the design as it stands', async () => {
      const [row] = await millrace.sql<{ dag_id: string; status: string; result: object; logs: string }>(`
        SELECT task_id, dag_id, execution_date, status, result, start_time, end_time, logs
        FROM tasks_results
        WHERE task_id = 'fleet-summary' AND execution_date > '2024-07-18 00:00:00';`);
      expect(row).toMatchObject({ dag_id: 'fleet-summary', status: 'succeeded', result: { vehicles: 3 } });
      expect(row?.logs).toContain('INFO merging');
    });

    it('stops in order on SIGTERM and keeps everything for the next start', async () => {
      expect(await millrace.end('SIGTERM')).toBe(0);
      await millrace.drop(DETECTIONS, 'objects_detection_20220607_000000.json');
      await millrace.start();
      expect(await counts()).toEqual({ detections: 6, vehicles: 3 });
      // Dropped while everything was down.
      expect(await ended('objects_detection_20220607_000000.json')).toMatchObject({ state: 'duplicate' });
    });

    it('starts again after its launcher was killed', async () => {
      await millrace.end('SIGKILL');
      await millrace.start();
      expect(await run('hello', { name: 'again' })).toMatchObject({ state: 'succeeded' });
      expect(await counts()).toEqual({ detections: 6, vehicles: 3 });
    });
  });
});

function sample(name: string): string {
  return fileURLToPath(new URL(`../libs/ingest/samples/${name}`, import.meta.url));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function visibleFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('.'));
}
