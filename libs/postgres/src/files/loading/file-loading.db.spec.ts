import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { vehiclesStatus } from '@millrace/ingest';
import { newRunId } from '@millrace/runs';
import { zstdFrame } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { DETECTIONS_SAMPLE, SAMPLES, STATUSES_SAMPLE, LoadingRig, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const resultOf = async (dropped: Promise<DroppedFile>) => (await rig.load(await dropped)).result;
const files = () => new FileQueries(rig.database).list({ limit: 100 });

describe('loading the samples', () => {
  it('gives exactly 6 detection rows and 3 vehicles', async () => {
    expect(await resultOf(rig.dropSample(DETECTIONS_SAMPLE))).toEqual({
      ...{ file: DETECTIONS_SAMPLE, feed: 'objects-detection', outcome: 'loaded', rows: 6, records: 3, rejected: 0 },
    });
    expect(await resultOf(rig.dropSample(STATUSES_SAMPLE))).toMatchObject({ outcome: 'loaded', rows: 3, records: 3 });

    expect(
      await rig.rowsOf(
        'SELECT object_type, object_value FROM objects_detection_events ORDER BY detection_time, object_type',
      ),
    ).toEqual([
      { object_type: 'cars', object_value: 4 },
      { object_type: 'pedestrians', object_value: 3 },
      { object_type: 'signs', object_value: 0 },
      { object_type: 'cars', object_value: 4 },
      { object_type: 'obstacles', object_value: 2 },
      { object_type: 'trucks', object_value: 5 },
    ]);
    expect(await rig.rowsOf('SELECT vehicle_id, status FROM vehicle_status ORDER BY vehicle_id')).toEqual([
      { vehicle_id: 'ebab5f787798416fb2b8afc1340d7a4e', status: 'driving' },
      { vehicle_id: 'ebae3f787798416fb2b8afc1340d7a6d', status: 'accident' },
      { vehicle_id: 'qbae3f787798416fb2b8afc1340ddf19', status: 'parking' },
    ]);
  });

  it('ends the run in the same commit and moves the file to the archive', async () => {
    const dropped = await rig.dropSample(DETECTIONS_SAMPLE);
    const { result } = await rig.load(dropped);
    expect(await rig.rowsOf('SELECT state, result FROM millrace.runs')).toEqual([{ state: 'succeeded', result }]);
    expect(await readFile(rig.away('archive', dropped, DETECTIONS_SAMPLE))).toEqual(
      await readFile(join(SAMPLES, DETECTIONS_SAMPLE)),
    );
    expect(await rig.inbox.claimed()).toEqual([]);
  });

  it('ends the same bytes under another name as a duplicate that changes nothing', async () => {
    const first = await rig.dropSample(DETECTIONS_SAMPLE);
    await rig.load(first);
    const second = await rig.dropSample(DETECTIONS_SAMPLE, 'objects_detection_2.json');
    const before = await rig.rowsOf('SELECT * FROM millrace.detection_events ORDER BY 1');
    expect((await rig.load(second)).result).toEqual({
      ...{ file: 'objects_detection_2.json', feed: 'objects-detection' },
      ...{ outcome: 'duplicate', rows: 0, records: 3, rejected: 0, duplicateOf: first.id },
    });
    expect(await rig.rowsOf('SELECT * FROM millrace.detection_events ORDER BY 1')).toEqual(before);
    expect(await rig.rowsOf('SELECT state FROM millrace.runs ORDER BY id')).toEqual([
      { state: 'succeeded' },
      { state: 'succeeded' },
    ]);
    expect(existsSync(rig.away('archive', first, DETECTIONS_SAMPLE))).toBe(true);
    expect(existsSync(rig.away('archive', second, 'objects_detection_2.json'))).toBe(true);
    expect(await files()).toMatchObject([
      { state: 'duplicate', duplicateOf: first.id, counts: null },
      { state: 'loaded' },
    ]);
  });

  it('loads two files of the same bytes once when they come at once', async () => {
    const both = [
      await rig.dropSample(STATUSES_SAMPLE),
      await rig.dropSample(STATUSES_SAMPLE, 'vehicles_status_2.json'),
    ];
    const outcomes = await Promise.all(both.map(async (file) => (await rig.load(file)).result as { outcome: string }));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['duplicate', 'loaded']);
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM vehicle_status_history')).toEqual([{ n: 3 }]);
  });

  it.each([
    { suffix: '.gz', pack: gzipSync },
    { suffix: '.zst', pack: zstdFrame },
  ])('takes a file packed as $suffix for the document in it, and loads that once', async ({ suffix, pack }) => {
    const plain = await readFile(join(SAMPLES, DETECTIONS_SAMPLE));
    await writeFile(rig.at('inbox', `${DETECTIONS_SAMPLE}${suffix}`), pack(plain));
    const packed = await rig.register(`${DETECTIONS_SAMPLE}${suffix}`);
    expect((await rig.load(packed)).result).toMatchObject({ outcome: 'loaded', rows: 6 });
    expect(await resultOf(rig.dropSample(DETECTIONS_SAMPLE))).toMatchObject({
      outcome: 'duplicate',
      duplicateOf: packed.id,
    });
  });

  it('takes a record a line where the feed says so, and sets a bad line aside', async () => {
    const lines = ['{"vehicle_id":"a","report_time":"2024-01-01T00:00:00Z","status":"driving"}', '{"vehicle_id":', ''];
    const last = '{"vehicle_id":"b","report_time":"2024-01-01T00:00:00Z","status":"parking"}';
    const file = await rig.drop('vehicles_status_1.ndjson', [...lines, last].join('\n'));
    const feed = { ...vehiclesStatus, format: 'ndjson', records: [] } as const;
    expect((await rig.load(file, rig.loaderOf([feed]))).result).toMatchObject({ rows: 2, records: 3, rejected: 1 });
    expect(await rig.rowsOf('SELECT index, code, line, pointer FROM rejects')).toEqual([
      { index: 1, code: 'MR_JSON_SYNTAX', line: '2', pointer: '/1/vehicle_id' },
    ]);
  });

  it('answers a second run of a loaded file from the ledger', async () => {
    const dropped = await rig.dropSample(STATUSES_SAMPLE);
    const first = await rig.load(dropped);
    const again = await rig.load(await rig.runAgain(dropped));
    expect(again.result).toEqual(first.result);
    expect(await rig.rowsOf('SELECT DISTINCT state FROM millrace.runs')).toEqual([{ state: 'succeeded' }]);
  });
});

describe('the ledger', () => {
  it('registers one appearance once, also when the file grew before it was claimed', async () => {
    await rig.dropSample(STATUSES_SAMPLE);
    await expect(rig.register(STATUSES_SAMPLE)).rejects.toThrow('known');
    await writeFile(rig.at('inbox', STATUSES_SAMPLE), 'more', { flag: 'a' });
    await expect(rig.register(STATUSES_SAMPLE)).rejects.toThrow('known');
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM millrace.runs')).toEqual([{ n: 1 }]);
  });

  it('lists newest first, by state and feed and in pages, and shows the history of a file', async () => {
    await rig.load(await rig.dropSample(DETECTIONS_SAMPLE));
    const status = await rig.dropSample(STATUSES_SAMPLE);
    await rig.load(status);
    const repeated = await rig.dropSample(STATUSES_SAMPLE, 'vehicles_status_2.json');
    await rig.load(repeated);
    const queries = new FileQueries(rig.database);
    expect(await queries.list({ feed: 'objects-detection', limit: 9 })).toMatchObject([{ name: DETECTIONS_SAMPLE }]);
    expect(await queries.list({ states: ['duplicate'], limit: 9 })).toMatchObject([{ id: repeated.id }]);
    expect(await queries.list({ beforeId: repeated.id, limit: 1 })).toMatchObject([{ id: status.id }]);
    expect(await queries.read(repeated.id)).toMatchObject({ id: repeated.id, history: [{ id: status.id }] });
    expect(await queries.read(newRunId())).toBeUndefined();
  });
});
