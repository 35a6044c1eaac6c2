import { readdir, readFile } from 'node:fs/promises';
import { objectsDetection, type Feed, type RejectPolicy } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { detections, event, LoadingRig } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const good = (second: number) => event('a', `2022-01-01T00:00:0${String(second)}Z`, 1);
const bad = { vehicle_id: 'a', detection_time: '2022-02-30T00:00:00Z', detections: [] };
const queries = () => new FileQueries(rig.database);
const bearing = (rejects: RejectPolicy): Feed => ({
  ...objectsDetection,
  rejects: { ...objectsDetection.rejects, ...rejects },
});

describe('a record that cannot be loaded', () => {
  it('is set aside with its place, reason and bytes, and the rest of its file loads', async () => {
    const text = JSON.stringify(detections(good(1), bad, good(2)), null, 1);
    const dropped = await rig.drop('objects_detection_1.json', text);
    expect((await rig.load(dropped)).result).toMatchObject({ outcome: 'loaded', records: 3, rejected: 1, rows: 2 });

    const [reject, ...others] = (await queries().rejects(dropped.id, undefined, 10)) ?? [];
    expect(others).toEqual([]);
    expect(reject).toMatchObject({
      ...{ index: 1, code: 'MR_RECORD_INVALID', pointer: '/objects_detection_events/1/detection_time' },
      ...{ line: text.slice(0, reject?.offset).split('\n').length },
    });
    const { offset = 0, length = 0 } = reject ?? {};
    expect(JSON.parse(text.slice(offset, offset + length))).toEqual(bad);
    expect(reject?.text).toBe(text.slice(offset, offset + length));
    const [file] = await queries().list({ limit: 1 });
    expect(file?.counts).toEqual({
      records: 3,
      loaded: 2,
      unchanged: 0,
      conflicting: 0,
      expired: 0,
      rejected: 1,
      naive: 0,
      extra: 0,
      rows: 2,
    });
    expect(await readFile(rig.away('archive', dropped, 'objects_detection_1.json'), 'utf8')).toBe(text);
  });

  it('is counted beside records that were there already and ones that say otherwise', async () => {
    await rig.load(await rig.drop('objects_detection_1.json', detections(good(1), good(2))));
    const other = event('a', '2022-01-01T00:00:02Z', 7);
    const dropped = await rig.drop('objects_detection_2.json', detections(bad, good(1), other, good(3), bad));
    await rig.load(dropped);
    const [file] = await queries().list({ limit: 1 });
    expect(file?.counts).toEqual({
      records: 5,
      loaded: 1,
      unchanged: 1,
      conflicting: 1,
      expired: 0,
      rejected: 2,
      naive: 0,
      extra: 0,
      rows: 1,
    });
    // The file was read twice, its rejects are there once.
    expect(await queries().rejects(dropped.id, undefined, 10)).toHaveLength(2);
  });

  it('is a reject as well when its own bytes are no JSON', async () => {
    const text = `{"objects_detection_events": [${JSON.stringify(good(1))}, {"vehicle_id": NaN}]}`;
    const dropped = await rig.drop('objects_detection_1.json', text);
    expect((await rig.load(dropped)).result).toMatchObject({ rows: 1, rejected: 1 });
    expect(await queries().rejects(dropped.id, undefined, 10)).toMatchObject([
      { index: 1, code: 'MR_JSON_SYNTAX', text: '{"vehicle_id": NaN}' },
    ]);
  });

  it('keeps at most 64 KiB of its bytes, and its whole length', async () => {
    const long = { ...bad, note: 'x'.repeat(100_000) };
    const dropped = await rig.drop('objects_detection_1.json', detections(good(1), long));
    await rig.load(dropped);
    const [reject] = (await queries().rejects(dropped.id, undefined, 1)) ?? [];
    expect(reject?.length).toBe(JSON.stringify(long).length);
    expect(reject?.text).toBe(JSON.stringify(long).slice(0, 65_536));
  });

  it('is listed in pages, and a file that is not there has no list', async () => {
    const dropped = await rig.drop('objects_detection_1.json', detections(good(1), bad, bad, bad));
    await rig.load(dropped);
    const indexes = async (after?: number) =>
      (await queries().rejects(dropped.id, after, 2))?.map(({ index }) => index);
    expect(await indexes()).toEqual([1, 2]);
    expect(await indexes(2)).toEqual([3]);
    expect(await indexes(3)).toEqual([]);
    expect(await queries().rejects(dropped.run.runId, undefined, 2)).toBeUndefined();
  });

  it('in thousands goes through the disk, and nothing is left there', async () => {
    const many = Array.from({ length: 3_000 }, () => ({ ...bad, note: 'x'.repeat(1_000) }));
    const dropped = await rig.drop('objects_detection_1.json', detections(good(1), ...many));
    expect((await rig.load(dropped)).result).toMatchObject({ records: 3_001, rejected: 3_000, rows: 1 });
    expect(await rig.rowsOf('SELECT count(*)::int AS n, max(index) AS last FROM rejects')).toEqual([
      { n: 3_000, last: 3_000 },
    ]);
    expect(await readdir(rig.at('spool'))).toEqual([]);
  });
});

describe('a file is refused whole', () => {
  const refusal = async (rejects: RejectPolicy, ...records: unknown[]) => {
    const dropped = await rig.drop('objects_detection_1.json', detections(...records));
    await expect(rig.load(dropped, rig.loaderOf([bearing(rejects)]))).rejects.toMatchObject({
      code: 'MR_TOO_MANY_REJECTS',
    });
    expect(await rig.rowsOf('SELECT FROM millrace.detection_events')).toEqual([]);
    expect(await rig.rowsOf('SELECT FROM millrace.rejects')).toEqual([]);
    return (await queries().list({ limit: 1 }))[0];
  };

  it('when it has more rejects than its feed bears', async () => {
    const file = await refusal({ maxRejects: 1 }, good(1), bad, bad);
    expect(file).toMatchObject({
      state: 'quarantined',
      reason: { pointer: '/objects_detection_events/2/detection_time' },
    });
  });

  it('when too large a share of its records are rejects, and not when just that share is', async () => {
    await refusal({ maxRejectRatio: 0.3 }, good(1), bad, bad);
    const dropped = await rig.drop('objects_detection_2.json', detections(good(1), bad));
    const loader = rig.loaderOf([bearing({ maxRejectRatio: 0.5 })]);
    expect((await rig.load(dropped, loader)).result).toMatchObject({ rows: 1, rejected: 1 });
  });

  it('when none of its records can be loaded', async () => {
    await refusal({}, bad, bad);
  });
});
