import { FeedRegistry, FileUnloader, SHIPPED_FEEDS } from '@millrace/ingest';
import { Metrics, silentLogger } from '@millrace/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../files/file-queries.js';
import { detections, type DroppedFile, event, LoadingRig, statuses } from '../files/loading-rig.contract.js';
import { DetectionRollUps } from '../rollups/detection-roll-ups.js';
import { type DataAges, PartitionRetention } from './partition-retention.js';

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  const removeFolders = await rig.reset();
  await rig.dropPartitions();
  return removeFolders;
});

const retain = (ages: Partial<DataAges> = {}) =>
  new PartitionRetention(rig.database, { detectionsMs: 30 * DAY_MS, statusesMs: 30 * DAY_MS, ...ages }, silentLogger);
const fold = () => new DetectionRollUps(rig.database, { restMs: 0 }).runOnce();
const seen = async () => (await rig.rowsOf('SELECT object_value FROM objects_detection_events ORDER BY 1')).length;
const rolledUp = () => rig.rowsOf('SELECT vehicle_id, detections::int FROM detections_daily ORDER BY day');

async function load(name: string, document: unknown): Promise<DroppedFile> {
  const file = await rig.drop(name, document);
  await rig.load(file);
  return file;
}

async function unload(file: DroppedFile): Promise<unknown> {
  const { id, run } = await rig.runAgain(file);
  const completion = (result: unknown) => ({ runId: run.runId, epoch: run.epoch, result });
  const unloader = new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
  return (await unloader.unload(id, { runId: run.runId, completion })).result;
}

describe('retention of loaded data', () => {
  it('drops whole weeks that are older than their age, and keeps what was counted of them', async () => {
    await load('objects_detection_1.json', detections(event('a', daysAgo(60), 1), event('a', daysAgo(1), 2)));
    await fold();
    const metrics = new Metrics('worker');
    const ages = { detectionsMs: 30 * DAY_MS, statusesMs: undefined };
    await new PartitionRetention(rig.database, ages, silentLogger, metrics).runOnce();
    expect(await seen()).toBe(1);
    expect(await rolledUp()).toEqual([
      { vehicle_id: 'a', detections: 1 },
      { vehicle_id: 'a', detections: 1 },
    ]);
    expect(await metrics.page()).toMatch(/millrace_partitions_dropped_total\{.*table="detection_events".*\} 1/);
  });

  it('keeps a week until its hours are rolled up', async () => {
    await load('objects_detection_1.json', detections(event('a', daysAgo(60), 1)));
    await retain().runOnce();
    expect(await seen()).toBe(1);
    await fold();
    await retain().runOnce();
    expect(await seen()).toBe(0);
  });

  it('keeps everything whose age is not given', async () => {
    await load('objects_detection_1.json', detections(event('a', daysAgo(600), 1)));
    await fold();
    await retain({ detectionsMs: undefined }).runOnce();
    expect(await seen()).toBe(1);
    expect(await rig.rowsOf('SELECT relation FROM millrace.kept_times')).toEqual([{ relation: 'status_reports' }]);
  });

  it('keeps the latest status of a vehicle, whatever its age', async () => {
    await load('vehicles_status_1.json', statuses(['a', daysAgo(60), 'parked']));
    await retain().runOnce();
    expect(await rig.rowsOf('SELECT FROM vehicle_status_history')).toEqual([]);
    expect(await rig.rowsOf('SELECT status FROM vehicle_status')).toEqual([{ status: 'parked' }]);
  });

  it('lets no later file bring an old week back', async () => {
    await retain().runOnce();
    const file = await load(
      'objects_detection_1.json',
      detections(event('a', daysAgo(60), 1), event('a', daysAgo(1), 2)),
    );
    expect((await new FileQueries(rig.database).read(file.id))?.counts).toMatchObject({ loaded: 1, expired: 1 });
    await fold();
    expect(await rolledUp()).toEqual([{ vehicle_id: 'a', detections: 1 }]);
  });

  it('gives way to who reads, and comes back', async () => {
    await load('vehicles_status_1.json', statuses(['a', daysAgo(60), 'parked']));
    await rig.database.transaction(async (reader) => {
      await reader.query('SELECT FROM millrace.status_reports');
      await retain().runOnce();
    });
    expect(await rig.rowsOf('SELECT FROM vehicle_status_history')).toHaveLength(1);
    await retain().runOnce();
    expect(await rig.rowsOf('SELECT FROM vehicle_status_history')).toEqual([]);
  });

  it('of a file that is unloaded later is said by its unload', async () => {
    const file = await load('vehicles_status_1.json', statuses(['a', daysAgo(60), 'x'], ['a', daysAgo(1), 'y']));
    await retain().runOnce();
    expect(await unload(file)).toMatchObject({ rows: 1, expired: 1, restored: 0, forgotten: 1 });
  });
});
