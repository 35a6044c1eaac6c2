import { mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { defineFeed, objectsDetection, SHIPPED_FEEDS } from '@millrace/ingest';
import { SnoozeError } from '@millrace/sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { DETECTIONS_SAMPLE, detections, event, LoadingRig, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());
afterEach(() => void vi.useRealTimers());

const resultOf = async (dropped: Promise<DroppedFile>) => (await rig.load(await dropped)).result;
const files = () => new FileQueries(rig.database).list({ limit: 100 });

describe('a file that cannot be loaded', () => {
  it('leaves no row, and goes to quarantine with its reason', async () => {
    const text = JSON.stringify(
      detections(event('a', '2022-01-01T00:00:00Z', 1), event('a', '2022-02-30T00:00:00Z', 1)),
      null,
      1,
    );
    const dropped = await rig.drop('objects_detection_1.json', text);
    const offset = text.lastIndexOf('{', text.lastIndexOf('"vehicle_id"'));
    const strict = rig.loaderOf([{ ...objectsDetection, rejects: { ...objectsDetection.rejects, rejectFile: true } }]);
    await expect(rig.load(dropped, strict)).rejects.toMatchObject({ code: 'MR_RECORD_INVALID' });
    expect(await rig.rowsOf('SELECT FROM objects_detection_events')).toEqual([]);
    const [file] = await files();
    expect(file).toMatchObject({
      state: 'quarantined',
      reason: {
        code: 'MR_RECORD_INVALID',
        offset,
        line: text.slice(0, offset).split('\n').length,
        pointer: '/objects_detection_events/1/detection_time',
      },
    });
    expect(await readFile(rig.away('quarantine', dropped, 'objects_detection_1.json'), 'utf8')).toBe(text);
    const again = await rig.runAgain(dropped);
    await expect(rig.load(again)).rejects.toMatchObject({ code: 'MR_RECORD_INVALID', name: 'FileEndedError' });
  });

  it('after its rows went down the open COPY leaves none of them', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      event(`v${String(index % 50)}`, new Date(index * 1000).toISOString(), 1),
    );
    const dropped = await rig.drop('objects_detection_1.json', `${JSON.stringify(detections(...many))} trailing`);
    await expect(rig.load(dropped)).rejects.toMatchObject({ code: 'MR_JSON_SYNTAX' });
    expect(await rig.rowsOf('SELECT FROM millrace.detection_events')).toEqual([]);
    expect(await resultOf(rig.drop('objects_detection_2.json', detections(...many)))).toMatchObject({ rows: 20_000 });
  });

  it('waits while it ends early and was written a moment ago, then loads when it is whole', async () => {
    const patient = rig.loaderOf([objectsDetection], 10_000);
    const whole = JSON.stringify(detections(event('a', '2022-01-01T00:00:00Z', 1)));
    const dropped = await rig.drop('objects_detection_1.json', whole.slice(0, 40));
    await expect(rig.load(dropped, patient)).rejects.toBeInstanceOf(SnoozeError);
    expect(await files()).toMatchObject([{ state: 'arrived' }]);
    // Its writer still holds the file, wherever it was moved.
    await writeFile(rig.at('inbox', '.millrace-claimed', dropped.id), whole);
    expect((await rig.load(dropped, patient)).result).toMatchObject({ outcome: 'loaded', rows: 1 });
  });

  it('waits while it ends early, also on a server whose clock is an hour behind ours', async () => {
    const dropped = await rig.drop('objects_detection_1.json', '{"objects_detection_events": [');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    await expect(rig.load(dropped, rig.loaderOf(SHIPPED_FEEDS, 10_000))).rejects.toBeInstanceOf(SnoozeError);
  });

  it('is quarantined when it ends early and nobody writes to it any more', async () => {
    const dropped = await rig.drop('objects_detection_1.json', '{"objects_detection_events": [');
    await expect(rig.load(dropped)).rejects.toMatchObject({ code: 'MR_FILE_TRUNCATED' });
    expect(await files()).toMatchObject([{ state: 'quarantined', reason: { offset: 30, line: 1 } }]);
  });

  it('is quarantined when it ends early, also from a clock that is years ahead', async () => {
    const dropped = await rig.drop('objects_detection_1.json', '{"objects_detection_events": [');
    await utimes(rig.at('inbox', 'objects_detection_1.json'), 1e10, 1e10);
    const loader = rig.loaderOf(SHIPPED_FEEDS, 100);
    const failure = () => rig.load(dropped, loader).catch((error: unknown) => error);
    await expect.poll(failure, { timeout: 10_000 }).toMatchObject({ code: 'MR_FILE_TRUNCATED' });
  });

  it('has vanished when it was removed or replaced before it was claimed', async () => {
    const removed = await rig.drop('objects_detection_1.json', detections());
    await rm(rig.at('inbox', 'objects_detection_1.json'));
    await expect(rig.load(removed)).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });

    const replaced = await rig.drop('objects_detection_2.json', detections());
    await rm(rig.at('inbox', 'objects_detection_2.json'));
    await writeFile(rig.at('inbox', 'other'), '');
    await symlink(rig.at('inbox', 'other'), rig.at('inbox', 'objects_detection_2.json'));
    await expect(rig.load(replaced)).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
    expect(await files()).toMatchObject([{ state: 'vanished' }, { state: 'vanished' }]);
  });

  it('waits while its inbox is away, and loads when that is back', async () => {
    const dropped = await rig.drop('objects_detection_1.json', detections());
    await rename(rig.at('inbox'), rig.at('unmounted'));
    await mkdir(rig.at('inbox'));
    await expect(rig.load(dropped)).rejects.toMatchObject({ code: 'MR_SNOOZE' });
    expect(await files()).toMatchObject([{ state: 'arrived' }]);
    await rm(rig.at('inbox'), { recursive: true });
    await rename(rig.at('unmounted'), rig.at('inbox'));
    expect((await rig.load(dropped)).result).toMatchObject({ outcome: 'loaded' });
  });

  it('has vanished and is another arrival when it is there again', async () => {
    const gone = await rig.drop('objects_detection_1.json', detections());
    await rename(rig.at('inbox', 'objects_detection_1.json'), rig.at('aside'));
    await expect(rig.load(gone)).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
    await rename(rig.at('aside'), rig.at('inbox', 'objects_detection_1.json'));
    const back = await rig.register('objects_detection_1.json');
    expect((await rig.load(back)).result).toMatchObject({ outcome: 'loaded' });
    expect(await files()).toMatchObject([{ state: 'loaded' }, { state: 'vanished' }]);
  });

  it('rolls everything back when another execution owns the run', async () => {
    const dropped = await rig.dropSample(DETECTIONS_SAMPLE);
    await rig.database.query('UPDATE millrace.runs SET epoch = epoch + 1');
    await expect(rig.load(dropped)).rejects.toMatchObject({ code: 'MR_LOAD_FENCED' });
    expect(await rig.rowsOf('SELECT FROM millrace.detection_events')).toEqual([]);
    expect(await files()).toMatchObject([{ state: 'arrived' }]);
  });

  it('ends with its run, or neither does', async () => {
    const dropped = await rig.drop('objects_detection_1.json', '{}');
    await rig.database.query('UPDATE millrace.runs SET epoch = epoch + 1');
    await expect(rig.load(dropped)).rejects.toMatchObject({ code: 'MR_LOAD_FENCED' });
    expect(await files()).toMatchObject([{ state: 'arrived' }]);

    await rig.database.query('UPDATE millrace.runs SET epoch = epoch - 1');
    await expect(rig.load(dropped)).rejects.toMatchObject({ code: 'MR_RECORDS_MISSING' });
    expect(await files()).toMatchObject([{ state: 'quarantined' }]);
    expect(await rig.rowsOf("SELECT state, error ->> 'code' AS code FROM runs")).toEqual([
      { state: 'failed', code: 'MR_RECORDS_MISSING' },
    ]);
  });

  it('whose values PostgreSQL refuses is quarantined', async () => {
    const careless = defineFeed({
      ...{
        id: 'objects-detection',
        fileName: 'objects_detection_[timestamp].json',
        records: '/objects_detection_events',
      },
      ...{ record: objectsDetection.record, target: 'objects_detection_events' },
      toRow: () => ({ vehicleId: 'a', detectionTime: 'no time', detections: [] }),
    });
    const dropped = await rig.drop('objects_detection_1.json', detections(event('a', '2022-01-01T00:00:00Z', 1)));
    await expect(rig.load(dropped, rig.loaderOf([careless]))).rejects.toMatchObject({ code: 'MR_ROWS_REFUSED' });
    expect(await files()).toMatchObject([{ state: 'quarantined' }]);
  });
});
