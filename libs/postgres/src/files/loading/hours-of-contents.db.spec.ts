import { FeedRegistry, RejectResubmitter, SHIPPED_FEEDS } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DELETE_EVENTS } from '../../feeds/detections/detection-event-sink.sql.js';
import { DELETE_REPORTS } from '../../feeds/statuses/status-report-sink.sql.js';
import { detections, event, LoadingRig, statuses, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const [EARLY, BETWEEN, LATE] = ['2022-01-01T00:59:00Z', '2022-02-01T12:00:00Z', '2022-03-01T23:59:59.999999Z'];
const FIRST_HOUR = '2022-01-01 00:00:00+00';

const hoursOf = async ({ id }: DroppedFile) => {
  const rows = await rig.rowsOf(
    `SELECT first_hour::text AS first, last_hour::text AS last FROM millrace.contents WHERE arrival_id = '${id}'`,
  );
  return rows[0];
};
const vehicles = () => rig.rowsOf('SELECT DISTINCT vehicle_id FROM objects_detection_events ORDER BY 1');

async function load(name: string, document: unknown): Promise<DroppedFile> {
  const file = await rig.drop(name, document);
  await rig.load(file);
  return file;
}

async function resubmit(file: DroppedFile, index: number, text: string): Promise<void> {
  const { run } = await rig.runAgain(file);
  const completion = (result: unknown) => ({ ...run, result });
  const resubmitter = new RejectResubmitter(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
  await resubmitter.resubmit({ fileId: file.id, index, text }, { runId: run.runId, completion });
}

/** The partitions in which a statement looked for the rows of a file's content, by the Monday in their names. */
async function weeksReadBy(statement: string, { id }: DroppedFile): Promise<readonly string[]> {
  const [content] = await rig.rowsOf(`SELECT id::text FROM millrace.contents WHERE arrival_id = '${id}'`);
  return rig.database.transaction(async (transaction) => {
    await transaction.query(`PREPARE taking_back (bigint) AS ${statement}`);
    const { rows } = await transaction.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) EXECUTE taking_back (${String(content?.id)})`,
    );
    await transaction.query('DEALLOCATE taking_back');
    const scans = rows.map((row) => row['QUERY PLAN']).filter((line) => line.includes('Scan'));
    const read = scans.filter((line) => !line.includes('never executed'));
    return read.flatMap((line) => /_(\d{8})\b/.exec(line)?.[1] ?? []);
  });
}

it('a load keeps between which hours its rows lie, alone and among others', async () => {
  const alone = await load('objects_detection_1.json', detections(event('a', LATE, 1), event('a', EARLY, 1)));
  const together = await Promise.all([
    rig.drop('objects_detection_2.json', detections(event('b', EARLY, 1))),
    rig.drop('vehicles_status_3.json', statuses(['b', LATE, 'parked'], ['b', EARLY, 'driving'])),
    rig.drop('objects_detection_4.json', detections()),
  ]);
  await rig.loadTogether(together);
  expect(await hoursOf(alone)).toEqual({ first: FIRST_HOUR, last: '2022-03-01 23:00:00+00' });
  const [event2, status3, empty4] = together;
  expect(await hoursOf(event2)).toEqual({ first: FIRST_HOUR, last: FIRST_HOUR });
  expect(await hoursOf(status3)).toEqual({ first: FIRST_HOUR, last: '2022-03-01 23:00:00+00' });
  expect(await hoursOf(empty4)).toEqual({ first: null, last: null });
});

it('an unload reads the weeks alone that its rows lie in', async () => {
  await load('objects_detection_1.json', detections(event('a', EARLY, 1), event('a', LATE, 1)));
  const events = await load('objects_detection_2.json', detections(event('b', BETWEEN, 1)));
  expect(await weeksReadBy(DELETE_EVENTS, events)).toEqual(['20220131']);
  await load('vehicles_status_1.json', statuses(['a', EARLY, 'parked'], ['a', LATE, 'parked']));
  const reports = await load('vehicles_status_2.json', statuses(['b', BETWEEN, 'driving']));
  expect(await weeksReadBy(DELETE_REPORTS, reports)).toEqual(['20220131']);
});

it('a resubmitted reject of another hour is found too when its file is unloaded', async () => {
  const bad = { vehicle_id: 1 };
  const file = await load('objects_detection_1.json', detections(event('a', BETWEEN, 1), bad, bad));
  await resubmit(file, 1, JSON.stringify(event('b', LATE, 1)));
  await resubmit(file, 2, JSON.stringify(event('c', EARLY, 1)));
  expect(await hoursOf(file)).toEqual({ first: FIRST_HOUR, last: '2022-03-01 23:00:00+00' });
  expect((await rig.unload(file)).result).toMatchObject({ rows: 3, expired: 0 });
  expect(await vehicles()).toEqual([]);
});

it('a file that was loaded before its hours were kept is unloaded whole, after a resubmission as well', async () => {
  const file = await load('objects_detection_1.json', detections(event('a', EARLY, 1), { vehicle_id: 1 }));
  await rig.database.query('UPDATE millrace.contents SET first_hour = NULL, last_hour = NULL');
  await resubmit(file, 1, JSON.stringify(event('b', LATE, 1)));
  expect(await hoursOf(file)).toEqual({ first: null, last: null });
  expect((await rig.unload(file)).result).toMatchObject({ rows: 2, expired: 0 });
  expect(await vehicles()).toEqual([]);
});
