import {
  type AcceptedTimes,
  defineFeed,
  FeedRegistry,
  objectsDetection,
  RejectResubmitter,
  SHIPPED_FEEDS,
} from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../../files/file-queries.js';
import { detections, event, LoadingRig, statuses } from '../../files/loading-rig.contract.js';

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

const partitionsOf = async (table: string) => {
  const rows = await rig.rowsOf(`SELECT right(inhrelid::regclass::text, 8) AS week FROM pg_inherits
    WHERE inhparent = 'millrace.${table}'::regclass ORDER BY 1`);
  return rows.map(({ week }) => week as string);
};
const countsOf = async () => (await new FileQueries(rig.database).list({ limit: 1 }))[0]?.counts;
const keepFrom = (time: string) =>
  rig.rowsOf(`INSERT INTO millrace.kept_times
    SELECT relation, '${time}' FROM unnest('{detection_events,status_reports}'::text[]) AS relation`);
const accepting = (accepts: AcceptedTimes) => {
  const { id, fileName, record } = objectsDetection;
  return defineFeed({
    ...{ id, fileName, record, accepts, records: '/objects_detection_events', target: 'objects_detection_events' },
    toRow: (checked) => objectsDetection.toRow(checked) as never,
  });
};

/** More than one piece of the file for each day. */
const eventsOf = (...days: string[]) =>
  days.flatMap((day) =>
    Array.from({ length: 1_500 }, (_, index) =>
      event('a', new Date(Date.parse(`${day}T12:00:00Z`) + index * 1_000).toISOString(), index),
    ),
  );

describe('partitions', () => {
  it('are made by the load that needs them, in the middle of its file, a week from Monday each', async () => {
    const events = eventsOf('2022-06-05', '2022-06-06', '2022-06-12', '1999-12-31');
    await rig.load(await rig.drop('objects_detection_1.json', detections(...events)));
    expect(await partitionsOf('detection_events')).toEqual(['19991227', '20220530', '20220606']);
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM objects_detection_events')).toEqual([{ n: 6_000 }]);
    const [sunday, monday] = [
      statuses(['a', '2022-06-05T23:59:59.999999Z', 'x']),
      statuses(['a', '2022-06-06T00:00:00Z', 'y']),
    ];
    await rig.load(await rig.drop('vehicles_status_1.json', sunday));
    await rig.load(await rig.drop('vehicles_status_2.json', monday));
    expect(await partitionsOf('status_reports')).toEqual(['20220530', '20220606']);
  });

  it('are made once for many loads that need them at one time', async () => {
    const files = await Promise.all(
      Array.from({ length: 12 }, (_, file) =>
        rig.drop(`objects_detection_${String(file)}.json`, detections(event(String(file), '2022-06-05T12:00:00Z', 1))),
      ),
    );
    await Promise.all(files.map((file) => rig.load(file)));
    expect(await partitionsOf('detection_events')).toEqual(['20220530']);
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM objects_detection_events')).toEqual([{ n: 12 }]);
  });

  it('are made for files that are loaded together, and while somebody reads the table', async () => {
    await rig.database.transaction(async (reader) => {
      await reader.query('SELECT FROM millrace.detection_events, millrace.status_reports');
      const files = [
        await rig.drop('objects_detection_1.json', detections(event('a', '2022-06-05T12:00:00Z', 1))),
        await rig.drop('vehicles_status_1.json', statuses(['a', '2022-05-05T12:00:00Z', 'x'])),
        await rig.drop('objects_detection_2.json', detections(event('a', '2022-07-05T12:00:00Z', 1))),
      ];
      const outcomes = await rig.loadTogether(files);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    });
    expect(await partitionsOf('detection_events')).toEqual(['20220530', '20220704']);
    expect(await partitionsOf('status_reports')).toEqual(['20220502']);
  });

  it('of a load that is rolled back stay, empty, and serve the next', async () => {
    const file = await rig.drop('objects_detection_1.json', detections(event('a', '2022-06-05T12:00:00Z', 1)));
    const late = { ...file, run: { ...file.run, epoch: file.run.epoch - 1 } };
    await expect(rig.load(late)).rejects.toMatchObject({ code: 'MR_LOAD_FENCED' });
    expect(await partitionsOf('detection_events')).toEqual(['20220530']);
    expect(await rig.rowsOf('SELECT FROM millrace.detection_events')).toEqual([]);
    expect((await rig.load(file)).result).toMatchObject({ rows: 1 });
  });

  it('are made as well when some events of the file are there already', async () => {
    const known = event('a', '2022-06-05T12:00:00Z', 1);
    await rig.load(await rig.drop('objects_detection_1.json', detections(known)));
    await rig.load(
      await rig.drop('objects_detection_2.json', detections(event('a', '2022-07-05T12:00:00Z', 1), known)),
    );
    expect(await countsOf()).toMatchObject({ records: 2, loaded: 1, unchanged: 1 });
    expect(await partitionsOf('detection_events')).toEqual(['20220530', '20220704']);
  });

  it.each([
    [
      'alone',
      (file: Parameters<LoadingRig['load']>[0], loader: Parameters<LoadingRig['load']>[1]) => rig.load(file, loader),
    ],
    [
      'in a group',
      async (file: Parameters<LoadingRig['load']>[0], loader: Parameters<LoadingRig['load']>[1]) => {
        const other = await rig.drop('objects_detection_9.json', detections(event('b', '2022-06-05T12:00:00Z', 1)));
        const [outcome] = await rig.loadTogether([file, other], loader);
        if (outcome?.status === 'rejected') throw outcome.reason;
      },
    ],
  ])('beyond what its feed allows refuse the file, %s', async (_, load) => {
    const months = ['01', '03', '05', '07'].map((month) => event('a', `2022-${month}-05T12:00:00Z`, 1));
    const file = await rig.drop('objects_detection_1.json', detections(...months));
    const refusal = load(file, rig.loaderOf([accepting({ newPartitions: 3 })]));
    await expect(refusal).rejects.toMatchObject({ code: 'MR_TOO_MANY_PARTITIONS' });
    expect(await rig.rowsOf(`SELECT state FROM files WHERE name = 'objects_detection_1.json'`)).toEqual([
      { state: 'quarantined' },
    ]);
    expect(await rig.rowsOf(`SELECT FROM objects_detection_events WHERE vehicle_id = 'a'`)).toEqual([]);
  });
});

describe('a record', () => {
  it('further ahead than its feed accepts is a reject with its place', async () => {
    const ahead = event('a', new Date(Date.now() + 2 * 86_400_000).toISOString(), 1);
    const good = event('a', '2022-06-05T12:00:00Z', 1);
    const file = await rig.drop('objects_detection_1.json', detections(good, ahead));
    expect((await rig.load(file)).result).toMatchObject({ rows: 1, records: 2, rejected: 1 });
    const [reject] = (await new FileQueries(rig.database).rejects(file.id, undefined, 1)) ?? [];
    expect(reject).toMatchObject({
      ...{ index: 1, code: 'MR_TIME_OUT_OF_RANGE', pointer: '/objects_detection_events/1/detection_time' },
      text: JSON.stringify(ahead),
    });
    expect(reject?.message).toContain('its feed accepts times up to 24 h ahead');
  });

  it('of the future loads where its feed accepts it, and one too old does not', async () => {
    const ahead = event('a', new Date(Date.now() + 2 * 86_400_000).toISOString(), 1);
    const old = event('a', new Date(Date.now() - 2 * 86_400_000).toISOString(), 1);
    const file = await rig.drop('objects_detection_1.json', detections(old, ahead));
    await rig.load(file, rig.loaderOf([accepting({ past: '1d', future: '3d' })]));
    expect(await rig.rowsOf('SELECT index, code FROM rejects')).toEqual([{ index: 0, code: 'MR_TIME_OUT_OF_RANGE' }]);
    expect(await countsOf()).toMatchObject({ loaded: 1, rejected: 1 });
  });

  it.each([
    ['alone', (files: Parameters<LoadingRig['loadTogether']>[0]) => Promise.all(files.map((file) => rig.load(file)))],
    ['in a group', (files: Parameters<LoadingRig['loadTogether']>[0]) => rig.loadTogether(files)],
  ])('older than what is kept is counted as expired, and not loaded, %s', async (_, load) => {
    await keepFrom('2022-06-06Z');
    const events = [
      event('a', '2022-06-05T23:59:59Z', 1),
      event('a', '2022-06-06T01:00:00+02:00', 1),
      { vehicle_id: 1 },
    ];
    const files = [
      await rig.drop('objects_detection_1.json', detections(...events, event('a', '2022-06-06T00:00:00Z', 1))),
      await rig.drop('vehicles_status_1.json', statuses(['a', '2022-06-05T00:00:00Z', 'x'])),
    ];
    await load(files);
    expect(
      await rig.rowsOf(
        'SELECT records::int, loaded::int, expired::int, rejected::int, rows::int FROM files ORDER BY name',
      ),
    ).toEqual([
      { records: 4, loaded: 1, expired: 2, rejected: 1, rows: 1 },
      { records: 1, loaded: 0, expired: 1, rejected: 0, rows: 0 },
    ]);
    expect(await partitionsOf('detection_events')).toEqual(['20220606']);
    expect(await rig.rowsOf('SELECT FROM vehicle_status')).toEqual([]);
  });

  it('older than what is kept is expired as well when it is resubmitted', async () => {
    const bad = { ...event('a', '2022-06-05T12:00:00Z', 1), vehicle_id: 17 };
    const file = await rig.drop('objects_detection_1.json', detections(event('a', '2022-06-07T12:00:00Z', 1), bad));
    await rig.load(file);
    await keepFrom('2022-06-06Z');
    const { run } = await rig.runAgain(file);
    const context = { runId: run.runId, completion: (result: unknown) => ({ ...run, result }) };
    const text = JSON.stringify({ ...bad, vehicle_id: 'a' });
    const resubmitter = new RejectResubmitter(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
    const { result } = await resubmitter.resubmit({ fileId: file.id, index: 1, text }, context);
    expect(result).toMatchObject({ outcome: 'expired', rows: 0 });
    expect(await countsOf()).toMatchObject({ records: 2, loaded: 1, expired: 1, rejected: 0 });
  });
});
