import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { detections, type DroppedFile, event, LoadingRig, statuses } from '../../files/loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const countsOf = async ({ id }: DroppedFile) => {
  const rows = await rig.rowsOf(
    `SELECT loaded::int, unchanged::int, rows::int FROM millrace.contents WHERE arrival_id = '${id}'`,
  );
  return rows[0];
};

describe('status reports', () => {
  const statusOf = (id: string) => rig.rowsOf(`SELECT status FROM vehicle_status WHERE vehicle_id = '${id}'`);

  it('that are older never replace newer ones, and stay in the history', async () => {
    await rig.load(await rig.drop('vehicles_status_1.json', statuses(['v', '2022-05-02T00:00:00Z', 'parking'])));
    await rig.load(await rig.drop('vehicles_status_2.json', statuses(['v', '2022-05-01T00:00:00Z', 'driving'])));
    expect(await statusOf('v')).toEqual([{ status: 'parking' }]);
    await rig.load(
      await rig.drop(
        'vehicles_status_3.json',
        statuses(['v', '2022-05-03T00:00:00Z', 'accident'], ['v', '2022-05-02T12:00:00Z', 'x']),
      ),
    );
    expect(await statusOf('v')).toEqual([{ status: 'accident' }]);
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM vehicle_status_history')).toEqual([{ n: 4 }]);
  });

  it.each([[['driving', 'Zebra\\N\t"']], [['Zebra\\N\t"', 'driving']]])(
    'of one time end the same in either order: %j',
    async (order) => {
      for (const [index, status] of order.entries()) {
        await rig.load(
          await rig.drop(`vehicles_status_${String(index)}.json`, statuses(['tie', '2022-05-01T00:00:00Z', status])),
        );
      }
      expect(await statusOf('tie')).toEqual([{ status: 'driving' }]);
      expect(await rig.rowsOf('SELECT status FROM vehicle_status_history ORDER BY status')).toEqual([
        { status: 'Zebra\\N\t"' },
        { status: 'driving' },
      ]);
    },
  );

  it('that are there already, from another file or twice in this one, count as unchanged, and the others load', async () => {
    const known = ['v', '2022-05-01T00:00:00Z', 'driving'] as [string, string, string];
    const twice = ['w', '2022-05-01T00:00:00Z', 'parking'] as [string, string, string];
    await rig.load(await rig.drop('vehicles_status_1.json', statuses(known)));
    const alone = await rig.drop('vehicles_status_2.json', statuses(known, twice, twice));
    await rig.load(alone);
    expect(await countsOf(alone)).toEqual({ loaded: 1, unchanged: 2, rows: 1 });

    const files = await Promise.all([
      rig.drop('vehicles_status_3.json', statuses(known, ['x', '2022-05-01T00:00:00Z', 'driving'])),
      rig.drop('vehicles_status_4.json', statuses(['y', '2022-05-01T00:00:00Z', 'driving'])),
    ]);
    await rig.loadTogether(files);
    expect(await Promise.all(files.map(countsOf))).toEqual([
      { loaded: 1, unchanged: 1, rows: 1 },
      { loaded: 1, unchanged: 0, rows: 1 },
    ]);
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM vehicle_status_history')).toEqual([{ n: 4 }]);
  });

  it('of two files at once are loaded by one of them', async () => {
    const reports = Array.from({ length: 200 }, (_, index): [string, string, string] => [
      ...([`v${String(index)}`, '2022-05-01T00:00:00Z', 'driving'] as const),
    ]);
    const files = [
      await rig.drop('vehicles_status_1.json', statuses(...reports)),
      await rig.drop(
        'vehicles_status_2.json',
        statuses(...reports.toReversed(), ['last', '2022-05-01T00:00:00Z', 'x']),
      ),
    ];
    await Promise.all(files.map((file) => rig.load(file)));
    const counts = (await Promise.all(files.map(countsOf))) as { loaded: number; unchanged: number }[];
    expect(counts.reduce((sum, { loaded }) => sum + loaded, 0)).toBe(201);
    expect(counts.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(200);
    expect(await rig.rowsOf('SELECT count(*)::int AS n FROM vehicle_status_history')).toEqual([{ n: 201 }]);
  });
});

describe('status reports that two loads bring in other orders', () => {
  const [early, late] = ['2022-05-03T00:00:00Z', '2022-05-04T00:00:00Z'];
  let other: Client;
  beforeEach(async () => {
    // The partition and the key, which both need.
    await rig.load(await rig.drop('vehicles_status_0.json', statuses(['v', '2022-05-02T00:00:00Z', 'parking'])));
    other = new Client({ connectionString: rig.url });
    await other.connect();
    // PostgreSQL ends the one of the two that looks first.
    await other.query(`SET deadlock_timeout = '1min'`);
  });
  afterEach(() => other.end());

  const insertByOther = (time: string) =>
    other.query(
      `INSERT INTO millrace.status_reports
       SELECT key, $1::timestamptz, 'driving', 0 FROM millrace.vehicles WHERE vehicle_id = 'v'`,
      [time],
    );

  /** Has the load wait for the other's late report, and the other for its early one. */
  async function entangle<T>(load: () => Promise<T>, insert: (time: string) => Promise<unknown> = insertByOther) {
    await other.query('BEGIN');
    await insert(late);
    const loading = load();
    await vi.waitUntil(async () => {
      const waiting = await rig.rowsOf(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    }, 20_000);
    await insert(early);
    await other.query('COMMIT');
    return loading;
  }

  it(
    'are loaded by the one that PostgreSQL lets go on, and the other goes behind it',
    { timeout: 60_000 },
    async () => {
      const file = await rig.drop(
        'vehicles_status_1.json',
        statuses(['v', early, 'driving'], ['v', late, 'driving'], ['v', late, 'parking']),
      );
      await entangle(() => rig.load(file));
      expect(await countsOf(file)).toEqual({ loaded: 1, unchanged: 2, rows: 1 });
    },
  );

  it('even where the one that goes behind had written batches before', { timeout: 60_000 }, async () => {
    const startMs = Date.parse('2022-05-03T01:00:00Z');
    const between = Array.from({ length: 80_000 }, (_, index): [string, string, string] => [
      ...(['v', new Date(startMs + index).toISOString(), 'driving'] as const),
    ]);
    const file = await rig.drop(
      'vehicles_status_1.json',
      statuses(['v', early, 'driving'], ...between, ['v', late, 'driving'], ['v', late, 'parking']),
    );
    await entangle(() => rig.load(file));
    const added = between.length + 1;
    expect(await countsOf(file)).toEqual({ loaded: added, unchanged: 2, rows: added });
  });

  it('and so are detection events', { timeout: 60_000 }, async () => {
    await rig.load(await rig.drop('objects_detection_0.json', detections(event('v', '2022-05-02T00:00:00Z', 1))));
    const file = await rig.drop('objects_detection_1.json', detections(event('v', early, 1), event('v', late, 1)));
    const insertEvent = (time: string) =>
      other.query(
        `INSERT INTO millrace.detection_events (detection_time, vehicle_key, content_id, types, "values")
         SELECT $1::timestamptz, vehicle_key, 0, types, "values" FROM millrace.detection_events LIMIT 1`,
        [time],
      );
    await entangle(() => rig.load(file), insertEvent);
    expect(await countsOf(file)).toEqual({ loaded: 0, unchanged: 2, rows: 0 });
  });

  it('of a group as well', { timeout: 60_000 }, async () => {
    const files = [
      await rig.drop('vehicles_status_1.json', statuses(['v', early, 'driving'])),
      await rig.drop('vehicles_status_2.json', statuses(['v', late, 'driving'], ['v', late, 'parking'])),
    ];
    const outcomes = await entangle(() => rig.loadTogether(files));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await Promise.all(files.map(countsOf))).toEqual([
      { loaded: 0, unchanged: 1, rows: 0 },
      { loaded: 1, unchanged: 1, rows: 1 },
    ]);
  });
});
