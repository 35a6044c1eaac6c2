import {
  FeedRegistry,
  FileUnloader,
  objectsDetection,
  RejectResubmitter,
  SHIPPED_FEEDS,
  vehiclesStatus,
  type Feed,
} from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FileQueries } from '../file-queries.js';
import { detections, event, LoadingRig, statuses, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const [EARLY, LATE] = ['2022-01-01T00:00:00Z', '2022-01-02T00:00:00Z'];
const good = event('a', EARLY, 1);
const bad = { ...event('b', EARLY, 2), vehicle_id: 17 };
const corrected = JSON.stringify(event('b', EARLY, 2, 3));

const queries = () => new FileQueries(rig.database);
const countsOf = async ({ id }: DroppedFile) => (await queries().read(id))?.counts;
const rejectsOf = async ({ id }: DroppedFile) => queries().rejects(id, undefined, 10);
const events = () => rig.rowsOf('SELECT vehicle_id, object_value FROM objects_detection_events ORDER BY 1, 2');

async function load(name: string, document: unknown): Promise<DroppedFile> {
  const file = await rig.drop(name, document);
  await rig.load(file);
  return file;
}

/** Resubmits in a run of its own; gives the run's result. */
async function resubmit(file: DroppedFile, index: number, text?: string, feeds: readonly Feed[] = SHIPPED_FEEDS) {
  const { id, run } = await rig.runAgain(file);
  const { runId, epoch } = run;
  const resubmitter = new RejectResubmitter(rig.ledger, new FeedRegistry(feeds));
  const completion = (result: unknown) => ({ runId, epoch, result });
  return { runId, result: (await resubmitter.resubmit({ fileId: id, index, text }, { runId, completion })).result };
}

describe('a resubmitted reject', () => {
  it('that was put right loads as a record of its file, and the ledger still adds up', async () => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    const { runId, result } = await resubmit(file, 1, corrected);
    expect(result).toEqual({
      ...{ file: 'objects_detection_1.json', feed: 'objects-detection', index: 1, outcome: 'loaded', rows: 2 },
    });
    expect(await events()).toEqual([
      { vehicle_id: 'a', object_value: 1 },
      { vehicle_id: 'b', object_value: 2 },
      { vehicle_id: 'b', object_value: 3 },
    ]);
    expect(await countsOf(file)).toMatchObject({ records: 2, loaded: 2, rejected: 0, rows: 3 });
    expect(await rejectsOf(file)).toMatchObject([
      { index: 1, text: JSON.stringify(bad), resolution: { runId, outcome: 'loaded', text: corrected } },
    ]);
    expect(await rig.rowsOf(`SELECT state, result FROM millrace.runs WHERE id = '${runId}'`)).toEqual([
      { state: 'succeeded', result },
    ]);
    expect(await rig.rowsOf('SELECT file_id, index, resolved_by, outcome FROM public.rejects')).toEqual([
      { file_id: file.id, index: 1, resolved_by: runId, outcome: 'loaded' },
    ]);
  });

  it('loads as it stands once its feed takes it', async () => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    const record = z.object({ vehicle_id: z.int(), detection_time: z.string(), detections: z.array(z.unknown()) });
    const lenient: Feed = {
      ...objectsDetection,
      record,
      toRow: (checked) => ({
        ...{
          vehicleId: `v${String((checked as z.output<typeof record>).vehicle_id)}`,
          detectionTime: '2022-01-01 00:00:00+00:00',
        },
        detections: [{ objectType: 'cars', objectValue: 9 }],
      }),
    };
    await expect(resubmit(file, 1)).rejects.toMatchObject({ code: 'MR_RECORD_REFUSED' });
    expect((await resubmit(file, 1, undefined, [lenient])).result).toMatchObject({ outcome: 'loaded', rows: 1 });
    expect(await events()).toContainEqual({ vehicle_id: 'v17', object_value: 9 });
    expect(await rejectsOf(file)).toMatchObject([{ resolution: { outcome: 'loaded', text: null } }]);
  });

  it.each([
    ['unchanged', event('a', EARLY, 1)],
    ['conflicting', event('a', EARLY, 8)],
  ])('that is there already counts as %s, and changes no row', async (outcome, record) => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    expect((await resubmit(file, 1, JSON.stringify(record))).result).toMatchObject({ outcome, rows: 0 });
    expect(await countsOf(file)).toMatchObject({ records: 2, loaded: 1, [outcome]: 1, rejected: 0, rows: 1 });
    expect(await events()).toEqual([{ vehicle_id: 'a', object_value: 1 }]);
  });

  it('never lets an older status overwrite a newer one', async () => {
    const noStatus = { vehicle_id: 'a', report_time: EARLY };
    const document = statuses(['a', LATE, 'accident']);
    const file = await load('vehicles_status_1.json', { vehicle_status: [...document.vehicle_status, noStatus] });
    await resubmit(file, 1, JSON.stringify({ ...noStatus, report_time: EARLY.replace('Z', ''), status: 'driving' }));
    expect(await rig.rowsOf('SELECT status FROM vehicle_status')).toEqual([{ status: 'accident' }]);
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM vehicle_status_history')).toEqual([{ n: 2 }]);
    expect(await countsOf(file)).toMatchObject({ loaded: 2, rejected: 0, naive: 1, rows: 2 });
  });

  it('goes with its file when that is unloaded, and is a reject again when it is reloaded', async () => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    await resubmit(file, 1, corrected);
    const { run } = await rig.runAgain(file);
    const unloader = new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
    const completion = (result: unknown) => ({ runId: run.runId, epoch: run.epoch, result });
    expect((await unloader.unload(file.id, { runId: run.runId, completion })).result).toMatchObject({ rows: 3 });
    expect(await events()).toEqual([]);
    await rig.reload(await rig.runAgain(file));
    expect(await rejectsOf(file)).toMatchObject([{ index: 1, resolution: null }]);
  });

  it('names its file among those that skipped a record of one that is unloaded', async () => {
    const first = await load('objects_detection_1.json', detections(good, bad));
    const second = await load('objects_detection_2.json', detections(event('b', EARLY, 2, 3)));
    await resubmit(first, 1, corrected);
    const { run } = await rig.runAgain(second);
    const unloader = new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
    const completion = (result: unknown) => ({ runId: run.runId, epoch: run.epoch, result });
    expect((await unloader.unload(second.id, { runId: run.runId, completion })).result).toMatchObject({
      skippedBy: [first.id],
    });
  });
});

describe('a reject is left as it is', () => {
  it('when the record is still bad: the error says what and where, and no row has changed', async () => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    const before = await countsOf(file);
    const stillBad = JSON.stringify({ ...event('b', EARLY, 2), detection_time: '2022-02-30T00:00:00Z' });
    await expect(resubmit(file, 1, stillBad)).rejects.toMatchObject({
      code: 'MR_RECORD_REFUSED',
      issues: [{ pointer: '/detection_time' }],
    });
    expect(await countsOf(file)).toEqual(before);
    expect(await rejectsOf(file)).toMatchObject([{ resolution: null }]);
  });

  it('when it was resubmitted before, and when two do so at once one alone loads it', async () => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    const outcomes = await Promise.allSettled([resubmit(file, 1, corrected), resubmit(file, 1, corrected)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [failed] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed?.reason).toMatchObject({ code: 'MR_REJECT_RESOLVED' });
    await expect(resubmit(file, 1, corrected)).rejects.toMatchObject({ code: 'MR_REJECT_RESOLVED' });
    expect(await countsOf(file)).toMatchObject({ records: 2, loaded: 2, rejected: 0, rows: 3 });
  });

  it('when no more than its first 64 KiB are kept, unless the whole of it is given', async () => {
    const long = { ...bad, note: 'x'.repeat(100_000) };
    const file = await load('objects_detection_1.json', detections(good, long));
    await expect(resubmit(file, 1)).rejects.toMatchObject({ code: 'MR_REJECT_CUT' });
    const whole = JSON.stringify({ ...long, vehicle_id: 'b' });
    expect((await resubmit(file, 1, whole)).result).toMatchObject({ outcome: 'loaded' });
  });

  it('when the file has none at this place', async () => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    await expect(resubmit(file, 0, corrected)).rejects.toMatchObject({ code: 'MR_REJECT_UNKNOWN' });
  });

  it('when another execution owns the run: all of it is rolled back', async () => {
    const file = await load('objects_detection_1.json', detections(good, bad));
    const { run } = await rig.runAgain(file);
    const late = { runId: run.runId, epoch: run.epoch - 1 };
    const resubmitter = new RejectResubmitter(rig.ledger, new FeedRegistry([objectsDetection, vehiclesStatus]));
    const wanted = { fileId: file.id, index: 1, text: corrected };
    await expect(
      resubmitter.resubmit(wanted, { runId: run.runId, completion: (result) => ({ ...late, result }) }),
    ).rejects.toMatchObject({ code: 'MR_LOAD_FENCED' });
    expect(await events()).toHaveLength(1);
    expect(await rejectsOf(file)).toMatchObject([{ resolution: null }]);
  });
});
