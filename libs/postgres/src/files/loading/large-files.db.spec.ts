import { join } from 'node:path';
import { loadCatalogue } from '@millrace/engine';
import { FeedRegistry } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { detections, event, LoadingRig } from '../loading-rig.contract.js';

const EVENTS = 45_000;
const START_MS = Date.UTC(2022, 5, 5);
const at = (index: number) => new Date(START_MS + index).toISOString();
const vehicle = (index: number) => `vehicle-${String(index % 500)}`;

/** More than 4 MiB: read in threads where there are some. */
const large = detections(
  ...Array.from({ length: EVENTS }, (_, index) =>
    index % 10_000 === 9_999 ? { vehicle_id: index } : event(vehicle(index), at(index), index, -index),
  ),
);

describe.each([{ threads: true }, { threads: false }])('a large file, with threads: $threads', (options) => {
  let rig: LoadingRig;
  beforeAll(async () => {
    rig = await LoadingRig.open(options);
  });
  afterAll(() => rig.close());
  beforeEach(() => rig.reset());

  const counts = async () => (await new FileQueries(rig.database).list({ limit: 1 }))[0]?.counts;

  it('loads whole, sets aside what is bad, and says how far it is', { timeout: 120_000 }, async () => {
    await rig.load(await rig.drop('objects_detection_1.json', large));
    expect(await counts()).toMatchObject({ records: EVENTS, loaded: EVENTS - 4, rejected: 4, rows: 2 * (EVENTS - 4) });
    expect(
      await rig.rowsOf(
        'SELECT count(*)::int, count(DISTINCT vehicle_id)::int AS vehicles, sum(object_value)::int FROM objects_detection_events',
      ),
    ).toEqual([{ count: 2 * (EVENTS - 4), vehicles: 500, sum: 0 }]);
    expect(await rig.rowsOf('SELECT index, line::int FROM rejects ORDER BY 1')).toEqual(
      [9_999, 19_999, 29_999, 39_999].map((index) => ({ index, line: 1 })),
    );
    expect(rig.progress).toMatch(/^(\d+\.\d) of \1 MB, 45000 records, 4 rejected, about 0 s left$/);
  });

  it('of which some events are there already adds the others', { timeout: 120_000 }, async () => {
    const known = detections(event(vehicle(7), at(7), 7, -7), event(vehicle(40_000), at(40_000), 1));
    await rig.load(await rig.drop('objects_detection_1.json', known));
    await rig.load(await rig.drop('objects_detection_2.json', large));
    expect(await counts()).toMatchObject({
      records: EVENTS,
      loaded: EVENTS - 6,
      unchanged: 1,
      conflicting: 1,
      rejected: 4,
    });
  });
});

describe('a large file of a feed of the user', () => {
  const tasks = join(import.meta.dirname, '../../../../../docs/examples');
  let rig: LoadingRig;
  beforeAll(async () => {
    const exports = await loadCatalogue(tasks);
    const feeds = [FeedRegistry.withUserExports(exports.map(({ value }) => value)).get('charges')];
    rig = await LoadingRig.open({ threads: true, feeds, tasks });
  });
  afterAll(() => rig.close());
  beforeEach(() => rig.reset());

  it('is read in threads too, which know its feed', { timeout: 120_000 }, async () => {
    const rows = Array.from(
      { length: EVENTS },
      (_, index) => `${vehicle(index)};${at(index)};${index};${'s'.repeat(80)}`,
    );
    const csv = ['vehicle;started_at;watt_hours;station', ...rows].join('\n');
    expect((await rig.load(await rig.drop('charges_1.csv', csv))).result).toMatchObject({ rows: EVENTS, rejected: 0 });
    expect(rig.progress).toContain('about 0 s left');
  });
});
