import { readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { FeedRegistry, InboxScan, objectsDetection, SHIPPED_FEEDS } from '@millrace/ingest';
import { SnoozeError } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../database.js';
import { FileQueries } from '../file-queries.js';
import { detections, event, LoadingRig, newLoadRun, statuses } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const DETECTIONS = 'objects_detection_1.json';
const STATUSES = 'vehicles_status_1.json';
const [EARLY, LATE] = ['2022-01-01T00:00:00Z', '2022-01-02T00:00:00Z'];
const files = () => new FileQueries(rig.database).list({ limit: 100 });
const events = () => rig.rowsOf('SELECT vehicle_id, object_value FROM objects_detection_events ORDER BY 1, 2');

/** How the Python solution that Millrace grew from loses data, one test each. */
describe('six ways of losing data', () => {
  it('database down when a file arrives: it waits in the inbox, and is registered once the database is back', async () => {
    await writeFile(rig.at('inbox', STATUSES), JSON.stringify(statuses(['a', EARLY, 'driving'])));
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(rig.at('inbox', STATUSES), longAgo, longAgo);
    const { ledger, inbox } = rig;
    const feeds = new FeedRegistry(SHIPPED_FEEDS);
    const deliver = () => Promise.resolve();
    const scan = new InboxScan({ inbox, feeds, ledger, logger: silentLogger, newRun: newLoadRun, deliver });
    const door = await doorOf(rig.database);
    try {
      await door.close();
      await expect(scan.runOnce()).rejects.toThrow();
      await door.open();
      await scan.runOnce();
      expect(await files()).toMatchObject([{ name: STATUSES, state: 'arrived' }]);
    } finally {
      await door.open();
      await door.leave();
    }
  });

  it('rows dropped silently: each record is loaded, unchanged, conflicting or rejected, and the reject can be read', async () => {
    await rig.load(await rig.drop('objects_detection_0.json', detections(event('a', EARLY, 1), event('b', EARLY, 2))));
    const bad = { vehicle_id: 'c' };
    const document = detections(event('a', EARLY, 1), event('b', EARLY, 7), bad, event('d', EARLY, 4));
    const file = await rig.drop(DETECTIONS, document);
    await rig.load(file);
    const queries = new FileQueries(rig.database);
    expect((await queries.read(file.id))?.counts).toMatchObject({
      ...{ records: 4, loaded: 1, unchanged: 1, conflicting: 1, rejected: 1, rows: 1 },
    });
    const [reject] = (await queries.rejects(file.id, undefined, 10)) ?? [];
    expect(JSON.parse(reject?.text ?? '')).toEqual(bad);
  });

  it('an older status overwrites a newer one: the newer one stays the latest, and history holds both', async () => {
    await rig.load(await rig.drop(STATUSES, statuses(['a', LATE, 'accident'])));
    await rig.load(await rig.drop('vehicles_status_2.json', statuses(['a', EARLY, 'driving'])));
    expect(await rig.rowsOf('SELECT vehicle_id, status FROM vehicle_status')).toEqual([
      { vehicle_id: 'a', status: 'accident' },
    ]);
    expect(await rig.rowsOf('SELECT status FROM vehicle_status_history ORDER BY report_time')).toEqual([
      { status: 'driving' },
      { status: 'accident' },
    ]);
  });

  it('half-written file read: no row of it shows until the whole of it is there', async () => {
    const text = JSON.stringify(detections(event('a', EARLY, 1), event('b', EARLY, 2)));
    const file = await rig.drop(DETECTIONS, text.slice(0, text.indexOf('"b"')));
    const patient = rig.loaderOf([objectsDetection], 10_000);
    await expect(rig.load(file, patient)).rejects.toBeInstanceOf(SnoozeError);
    expect(await events()).toEqual([]);
    await writeFile(rig.at('inbox', '.millrace-claimed', file.id), text);
    expect((await rig.load(file, patient)).result).toMatchObject({ outcome: 'loaded', records: 2 });
    expect(await events()).toHaveLength(2);
  });

  it('timestamps with the wrong zone: one without a zone is UTC on any machine, and is counted', async () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      const times = ['2022-07-01T12:00:00', '2022-07-01T12:00:00+02:00', '2022-07-01T12:00:00Z'];
      const file = await rig.drop(DETECTIONS, detections(...times.map((time, n) => event(`v${String(n)}`, time, 1))));
      await rig.load(file);
      expect((await new FileQueries(rig.database).read(file.id))?.counts).toMatchObject({ naive: 1 });
      expect(
        await rig.rowsOf(
          `SELECT vehicle_id, (detection_time AT TIME ZONE 'UTC')::text AS utc FROM objects_detection_events ORDER BY 1`,
        ),
      ).toEqual([
        { vehicle_id: 'v0', utc: '2022-07-01 12:00:00' },
        { vehicle_id: 'v1', utc: '2022-07-01 10:00:00' },
        { vehicle_id: 'v2', utc: '2022-07-01 12:00:00' },
      ]);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('inode reuse and a forgotten ledger: new bytes in an old inode load, old bytes in a new process do not', async () => {
    const first = await rig.drop(DETECTIONS, detections(event('a', EARLY, 1)));
    await rig.load(first);
    const bytes = await readFile(rig.away('archive', first, DETECTIONS));
    await rename(rig.away('archive', first, DETECTIONS), rig.at('inbox', DETECTIONS));
    const second = await rig.drop(DETECTIONS, detections(event('b', EARLY, 2)));
    expect((await rig.load(second)).result).toMatchObject({ outcome: 'loaded', rows: 1 });
    const inodes = await rig.rowsOf('SELECT DISTINCT device, inode FROM millrace.arrivals');
    expect(inodes).toHaveLength(1);

    await writeFile(rig.at('inbox', 'objects_detection_3.json'), bytes);
    const third = await rig.register('objects_detection_3.json');
    expect((await rig.load(third, rig.loaderOf(SHIPPED_FEEDS))).result).toMatchObject({
      ...{ outcome: 'duplicate', duplicateOf: first.id },
    });
    expect(await events()).toHaveLength(2);
  });
});

/** Lets nobody connect to a database, and ends the sessions that there are; then lets them again. */
async function doorOf(database: Database): Promise<Record<'close' | 'open' | 'leave', () => Promise<void>>> {
  const { rows } = await database.query<{ name: string }>('SELECT current_database() AS name');
  const name = rows[0]?.name ?? '';
  const admin = new pg.Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  const allow = (allowed: boolean) => admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${String(allowed)}`);
  return {
    close: async () => {
      await allow(false);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    },
    open: async () => void (await allow(true)),
    leave: () => admin.end(),
  };
}
