import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DroppedFile, LoadingRig, statuses } from '../files/loading-rig.contract.js';

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
});
