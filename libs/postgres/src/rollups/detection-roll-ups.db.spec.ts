import { FeedRegistry, FileUnloader, SHIPPED_FEEDS } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { detections, type DroppedFile, event, LoadingRig, statuses } from '../files/loading-rig.contract.js';
import { DetectionRollUps } from './detection-roll-ups.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  const removeFolders = await rig.reset();
  await rig.rowsOf(
    'TRUNCATE millrace.changed_hours, millrace.detection_hours, millrace.detection_days, millrace.detection_totals',
  );
  return removeFolders;
});

const NOON = '2022-06-05T12:';
const at = (minute: string) => `${NOON}${minute}:00Z`;

let files = 0;
async function load(document: unknown): Promise<DroppedFile> {
  const kind = JSON.stringify(document).includes('vehicle_status') ? 'vehicles_status' : 'objects_detection';
  const file = await rig.drop(`${kind}_${String((files += 1))}.json`, document);
  await rig.load(file);
  return file;
}

async function unload(file: DroppedFile): Promise<void> {
  const { id, run } = await rig.runAgain(file);
  const completion = (result: unknown) => ({ runId: run.runId, epoch: run.epoch, result });
  await new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS)).unload(id, { runId: run.runId, completion });
}

const fold = (restMs = 0) => new DetectionRollUps(rig.database, { restMs }).runOnce();
const changed = () => rig.rowsOf('SELECT DISTINCT hour FROM millrace.changed_hours ORDER BY 1');
const lines = async (sql: string) => (await rig.rowsOf(sql)).map((row) => Object.values(row).join(' '));

/** What the views say, in one text a row. */
const views = async () => ({
  hourly: await lines(
    `SELECT vehicle_id, extract(hour FROM hour AT TIME ZONE 'UTC')::int, object_type, detections, objects FROM detections_hourly ORDER BY 1, 2`,
  ),
  daily: await lines(
    `SELECT vehicle_id, extract(day FROM day AT TIME ZONE 'UTC')::int, object_type, detections, objects FROM detections_daily ORDER BY 1, 2`,
  ),
  totals: await lines(
    `SELECT extract(hour FROM hour AT TIME ZONE 'UTC')::int, object_type, detections, objects FROM detections_hourly_totals ORDER BY 1`,
  ),
  seen: await lines(
    `SELECT vehicle_id, to_char(last_detection AT TIME ZONE 'UTC', 'DD HH24:MI') AS seen FROM vehicles_last_seen ORDER BY 1`,
  ),
});

const EXPECTED = {
  hourly: ['a 11 cars 1 9', 'a 12 cars 3 6', 'a 13 cars 1 4', 'b 12 cars 1 10'],
  daily: ['a 5 cars 5 19', 'b 5 cars 1 10'],
  totals: ['11 cars 1 9', '12 cars 4 16', '13 cars 1 4'],
  seen: ['a 05 13:00', 'b 05 12:59', 'c 05 12:30'],
};

const twoFiles = async () => {
  await load(detections(event('a', at('00'), 1, 2), event('b', at('59'), 10), event('c', at('30'))));
  return load(
    detections(
      event('a', at('01'), 3),
      event('a', '2022-06-05T13:00:00Z', 4),
      event('a', '2022-06-05T13:59:59+02:00', 9),
    ),
  );
};

describe('the roll-ups of detections', () => {
  it('say the same before they are folded, when some hours are, and when all are', async () => {
    await twoFiles();
    expect(await views()).toEqual(EXPECTED);
    await fold();
    expect(await changed()).toEqual([]);
    expect(await views()).toEqual(EXPECTED);
    await rig.rowsOf(`INSERT INTO millrace.changed_hours (hour) VALUES ('2022-06-05T12:00Z')`);
    expect(await views()).toEqual(EXPECTED);
    // So that what was read last came from the tables below them.
    await rig.rowsOf('TRUNCATE millrace.changed_hours, millrace.detection_events');
    expect(await views()).toEqual(EXPECTED);
  });

  it('lose what a file gave when it is taken back, and get it again when it is loaded again', async () => {
    const second = await twoFiles();
    await fold();
    await unload(second);
    const without = {
      hourly: ['a 12 cars 2 3', 'b 12 cars 1 10'],
      daily: ['a 5 cars 2 3', 'b 5 cars 1 10'],
      totals: ['12 cars 3 13'],
      seen: ['a 05 12:00', 'b 05 12:59', 'c 05 12:30'],
    };
    expect(await views()).toEqual(without);
    await fold();
    expect(await views()).toEqual(without);
    await rig.reload(await rig.runAgain(second));
    await fold();
    expect(await views()).toEqual(EXPECTED);
  });

  it('count an event that two files bring once', async () => {
    await twoFiles();
    await fold();
    await load(detections(event('a', at('00'), 1, 2), event('b', at('59'), 77)));
    expect(await views()).toEqual(EXPECTED);
    await fold();
    expect(await views()).toEqual(EXPECTED);
  });

  it('leave an hour to the views as long as files come for it', async () => {
    await twoFiles();
    await fold(60_000);
    expect(await changed()).toHaveLength(3);
    await rig.rowsOf(`UPDATE millrace.changed_hours SET changed_at = changed_at - interval '59 s'`);
    await load(detections(event('d', at('20'), 1)));
    await rig.rowsOf(`UPDATE millrace.changed_hours SET changed_at = changed_at - interval '1 s'`);
    await fold(60_000);
    expect(await changed()).toEqual([]);
  });

  it('miss nothing that is committed while an hour is folded', async () => {
    await twoFiles();
    const late = await rig.database.pool.connect();
    await late.query('BEGIN');
    await late.query(
      `INSERT INTO millrace.detection_events
       SELECT '2022-06-05T12:40Z', key, 1, '{1}', '{5}' FROM millrace.vehicles WHERE vehicle_id = 'c'`,
    );
    await late.query(`INSERT INTO millrace.changed_hours (hour) VALUES ('2022-06-05T12:00Z')`);
    await fold();
    await late.query('COMMIT');
    late.release();
    const expected = ['a 11 cars 1 9', 'a 12 cars 3 6', 'a 13 cars 1 4', 'b 12 cars 1 10', 'c 12 cars 1 5'];
    expect((await views()).hourly).toEqual(expected);
    await fold();
    expect((await views()).hourly).toEqual(expected);
  });

  it('fold each hour once when several processes are at it', async () => {
    await twoFiles();
    await Promise.all(Array.from({ length: 5 }, () => fold()));
    await fold();
    expect(await views()).toEqual(EXPECTED);
  });

  it('know a vehicle by its status reports too, and which file an event came from', async () => {
    const file = await load(detections(event('a', at('00'), 1)));
    await load(statuses(['a', '2022-06-06T00:00:00Z', 'driving'], ['s', at('07'), 'parking']));
    await fold();
    expect(
      await lines(
        `SELECT vehicle_id, to_char(last_seen AT TIME ZONE 'UTC', 'DD HH24:MI') AS seen FROM vehicles_last_seen ORDER BY 1`,
      ),
    ).toEqual(['a 06 00:00', 's 05 12:07']);
    expect(await rig.rowsOf('SELECT vehicle_id, file_id FROM objects_detection_files')).toEqual([
      { vehicle_id: 'a', file_id: file.id },
    ]);
  });
});
