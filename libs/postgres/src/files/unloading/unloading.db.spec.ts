import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { FileUnloader, FeedRegistry, SHIPPED_FEEDS } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { detections, event, LoadingRig, statuses, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const [EARLY, LATE] = ['2022-01-01T00:00:00Z', '2022-01-02T00:00:00Z'];
const fileOf = async ({ id }: DroppedFile) => new FileQueries(rig.database).read(id);
const events = () => rig.rowsOf('SELECT vehicle_id, object_value FROM objects_detection_events ORDER BY 1, 2');
const latest = () => rig.rowsOf('SELECT vehicle_id, status FROM vehicle_status ORDER BY 1');

async function load(file: Promise<DroppedFile>): Promise<DroppedFile> {
  const dropped = await file;
  await rig.load(dropped);
  return dropped;
}

/** Takes the file back in a run of its own; gives the run's result. */
async function unload(file: DroppedFile): Promise<unknown> {
  const { id, run } = await rig.runAgain(file);
  const completion = (result: unknown) => ({ runId: run.runId, epoch: run.epoch, result });
  const unloader = new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
  return (await unloader.unload(id, { runId: run.runId, completion })).result;
}

describe('unloading a file', () => {
  it('takes back exactly its rows and leaves those of the others', async () => {
    const first = await load(
      rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1), event('b', EARLY, 2))),
    );
    await load(rig.drop('objects_detection_2.json', detections(event('c', EARLY, 3))));
    expect(await unload(first)).toMatchObject({ rows: 2, restored: 0, forgotten: 0, skippedBy: [] });
    expect(await events()).toEqual([{ vehicle_id: 'c', object_value: 3 }]);
    expect(await fileOf(first)).toMatchObject({ state: 'unloaded', counts: null });
  });

  it('restores the latest status that it hid, and forgets a vehicle that only it knew', async () => {
    await load(rig.drop('vehicles_status_1.json', statuses(['a', EARLY, 'driving'])));
    const newer = await load(
      rig.drop('vehicles_status_2.json', statuses(['a', LATE, 'accident'], ['b', LATE, 'parked'])),
    );
    expect(await unload(newer)).toMatchObject({ rows: 2, restored: 1, forgotten: 1 });
    expect(await latest()).toEqual([{ vehicle_id: 'a', status: 'driving' }]);
  });

  it('leaves a latest status alone that a third file has overtaken', async () => {
    const first = await load(rig.drop('vehicles_status_1.json', statuses(['a', EARLY, 'driving'])));
    await load(rig.drop('vehicles_status_2.json', statuses(['a', LATE, 'accident'])));
    expect(await unload(first)).toMatchObject({ rows: 1, restored: 0, forgotten: 0 });
    expect(await latest()).toEqual([{ vehicle_id: 'a', status: 'accident' }]);
  });

  it('names the files that skipped records since, perhaps because of it', async () => {
    const first = await load(rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1))));
    const second = await load(
      rig.drop('objects_detection_2.json', detections(event('a', EARLY, 1), event('b', EARLY, 1))),
    );
    expect(await unload(first)).toMatchObject({ rows: 1, skippedBy: [second.id] });
  });

  it('of a file that is not loaded changes nothing', async () => {
    const file = await load(rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1))));
    await unload(file);
    await expect(unload(file)).rejects.toMatchObject({ code: 'MR_FILE_NOT_LOADED' });
    expect(await fileOf(file)).toMatchObject({ state: 'unloaded' });
  });

  it('is rolled back whole when another execution owns the run', async () => {
    const file = await load(rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1))));
    const { run } = await rig.runAgain(file);
    const late = { runId: run.runId, epoch: run.epoch - 1 };
    const unloader = new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
    const unloading = unloader.unload(file.id, { runId: run.runId, completion: (result) => ({ ...late, result }) });
    await expect(unloading).rejects.toMatchObject({ code: 'MR_LOAD_FENCED' });
    expect(await events()).toEqual([{ vehicle_id: 'a', object_value: 1 }]);
    expect(await fileOf(file)).toMatchObject({ state: 'loaded' });
  });
});

describe('loading a file again', () => {
  const reload = async (file: DroppedFile) => (await rig.reload(await rig.runAgain(file))).result;

  it('after it was unloaded takes it from the archive, and gives its rows and rejects anew', async () => {
    const bad = { vehicle_id: 1 };
    const file = await load(rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1), bad)));
    await unload(file);
    expect(await reload(file)).toMatchObject({ outcome: 'loaded', rows: 1, rejected: 1 });
    expect(await events()).toEqual([{ vehicle_id: 'a', object_value: 1 }]);
    expect(await fileOf(file)).toMatchObject({ state: 'loaded', counts: { records: 2, loaded: 1, rejected: 1 } });
  });

  it('from quarantine loads it once its feed bears it', async () => {
    const file = await rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1), { vehicle_id: 1 }));
    const strict = SHIPPED_FEEDS.map((feed) => ({ ...feed, rejects: { ...feed.rejects, maxRejects: 0 } }));
    await expect(rig.load(file, rig.loaderOf(strict))).rejects.toMatchObject({ code: 'MR_TOO_MANY_REJECTS' });
    expect(await reload(file)).toMatchObject({ rows: 1, records: 2, rejected: 1 });
    expect(await fileOf(file)).toMatchObject({ state: 'loaded', reason: null });
  });

  it('never takes another file of its name for it that has its inode by now, as an archive on another device leaves it', async () => {
    const name = 'objects_detection_1.json';
    const file = await load(rig.drop(name, detections(event('a', EARLY, 1))));
    await unload(file);
    const archived = rig.away('archive', file, name);
    await copyFile(archived, rig.at('copy'));
    await rename(archived, rig.at('inbox', name));
    await rename(rig.at('copy'), archived);
    await writeFile(rig.at('inbox', name), JSON.stringify(detections(event('b', EARLY, 2))));

    await reload(file);
    expect(await events()).toEqual([{ vehicle_id: 'a', object_value: 1 }]);
    expect(await readFile(archived, 'utf8')).toContain('"a"');
    expect(await readFile(rig.at('inbox', name), 'utf8')).toContain('"b"');
  });

  it('leaves it unloaded while the archive is away, and loads it once that is back', async () => {
    const file = await load(rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1))));
    await unload(file);
    await rename(rig.at('archive'), rig.at('unmounted'));
    await expect(reload(file)).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
    expect(await fileOf(file)).toMatchObject({ state: 'unloaded' });
    await rename(rig.at('unmounted'), rig.at('archive'));
    expect(await reload(file)).toMatchObject({ outcome: 'loaded', rows: 1 });
  });

  it('leaves a loaded one as it is', async () => {
    const file = await load(rig.drop('objects_detection_1.json', detections(event('a', EARLY, 1))));
    expect(await reload(file)).toMatchObject({ outcome: 'loaded', rows: 1 });
    expect(await events()).toEqual([{ vehicle_id: 'a', object_value: 1 }]);
  });
});
