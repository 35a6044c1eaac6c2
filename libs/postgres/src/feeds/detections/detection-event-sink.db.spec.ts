import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FleetQueries } from '../fleet-queries.js';
import { FileQueries } from '../../files/file-queries.js';
import { detections, event, LoadingRig, type DroppedFile } from '../../files/loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const resultOf = async (dropped: Promise<DroppedFile>) => (await rig.load(await dropped)).result;
const files = () => new FileQueries(rig.database).list({ limit: 100 });

describe('detection events', () => {
  const T1 = '2022-06-05T21:02:34.546123Z';
  const T2 = '2022-06-05T21:02:34.546124';

  it('keep their microseconds', async () => {
    await rig.load(await rig.drop('objects_detection_1.json', detections(event('a', T1, 1), event('a', T2, 2))));
    expect(
      await rig.rowsOf('SELECT detection_time::text FROM objects_detection_events ORDER BY detection_time'),
    ).toHaveLength(2);
    const { firstSeen, lastSeen } = await new FleetQueries(rig.database).summarize('a', {
      from: T1,
      to: '2023-01-01T00:00:00Z',
    });
    expect([firstSeen, lastSeen]).toEqual(['2022-06-05T21:02:34.546123Z', '2022-06-05T21:02:34.546124Z']);
  });

  it('of two overlapping files neither fail nor double, and what differs is counted', async () => {
    await rig.load(await rig.drop('objects_detection_1.json', detections(event('a', T1, 1), event('b', T1, 2))));
    const second = detections(event('a', T1, 1), event('b', T1, 9), event('c', T1, 3, 4), event('c', T1, 5));
    expect(await resultOf(rig.drop('objects_detection_2.json', second))).toMatchObject({
      outcome: 'loaded',
      rows: 2,
      records: 4,
    });
    const [file] = await files();
    expect(file?.counts).toEqual({
      ...{ records: 4, loaded: 1, unchanged: 1, conflicting: 2, rejected: 0, rows: 2 },
      ...{ expired: 0, naive: 0, extra: 0 },
    });
    expect(await rig.rowsOf('SELECT vehicle_id, object_value FROM objects_detection_events ORDER BY 1, 2')).toEqual([
      { vehicle_id: 'a', object_value: 1 },
      { vehicle_id: 'b', object_value: 2 },
      { vehicle_id: 'c', object_value: 3 },
      { vehicle_id: 'c', object_value: 4 },
    ]);
    // The savepoint, the temporary table and the prepared statements leave the connection as it was.
    expect(await resultOf(rig.drop('objects_detection_3.json', { ...second, again: true }))).toMatchObject({ rows: 0 });
  });

  it('of many files at once load with more loads than connections', async () => {
    const drops = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        rig.drop(
          `objects_detection_${String(index)}.json`,
          detections(event(`new-${String(index)}`, T1, 1), event('all', `2022-01-01T00:00:${String(index + 10)}Z`, 1)),
        ),
      ),
    );
    const outcomes = await Promise.all(drops.map((file) => rig.load(file)));
    expect(outcomes.map(({ result }) => result)).toEqual(
      drops.map((): unknown => expect.objectContaining({ outcome: 'loaded', rows: 2 })),
    );
  });
});
