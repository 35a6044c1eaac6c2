import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LoadingRig } from '../loading-rig.contract.js';

/** Three batches. */
const REPORTS = 140_000;
const VEHICLES = 500;
const START_MS = Date.UTC(2022, 5, 6);
const reportAt = (index: number) => ({
  vehicle_id: `vehicle-${String(index % VEHICLES)}`,
  report_time: new Date(START_MS + index).toISOString(),
  status: 'driving',
});
const reports = Array.from({ length: REPORTS }, (_, index) => reportAt(index));

describe.each([{ threads: true }, { threads: false }])(
  'a large file of statuses, with threads: $threads',
  (options) => {
    let rig: LoadingRig;
    beforeAll(async () => {
      rig = await LoadingRig.open(options);
    });
    afterAll(() => rig.close());
    beforeEach(() => rig.reset());

    const load = async (name: string, vehicle_status: readonly unknown[]) => {
      const file = await rig.drop(name, { vehicle_status });
      await rig.load(file);
      const [counts] = await rig.rowsOf(
        `SELECT records::int, loaded::int, unchanged::int, rows::int FROM millrace.contents WHERE arrival_id = '${file.id}'`,
      );
      return { file, counts };
    };
    it('keeps each report once, wherever it comes again', { timeout: 120_000 }, async () => {
      const known = await load('vehicles_status_0.json', [reportAt(REPORTS - 1), reportAt(REPORTS + 1)]);
      expect(known.counts).toMatchObject({ loaded: 2 });
      // Next to itself, in another batch, and in another file.
      const { file, counts } = await load('vehicles_status_1.json', [reportAt(0), ...reports, reportAt(1)]);
      expect(counts).toEqual({ records: REPORTS + 2, loaded: REPORTS - 1, unchanged: 3, rows: REPORTS - 1 });
      expect(await rig.rowsOf('SELECT count(*)::int AS n FROM vehicle_status_history')).toEqual([{ n: REPORTS + 1 }]);
      expect(
        await rig.rowsOf(
          `SELECT count(*)::int AS n FROM millrace.status_reports WHERE content_id = (SELECT id FROM millrace.contents WHERE arrival_id = '${file.id}')`,
        ),
      ).toEqual([{ n: REPORTS - 1 }]);
      expect(await rig.rowsOf(`SELECT count(*)::int AS n, max(report_time) AS last FROM vehicle_status`)).toEqual([
        { n: VEHICLES, last: new Date(START_MS + REPORTS + 1) },
      ]);
      expect(
        await rig.rowsOf(`SELECT FROM millrace.latest_statuses AS latest WHERE NOT EXISTS (
        SELECT FROM millrace.status_reports AS kept WHERE (kept.vehicle_key, kept.report_time, kept.status, kept.content_id)
          = (latest.vehicle_key, latest.report_time, latest.status, latest.content_id))`),
      ).toEqual([]);
    });

    it('makes a partition for a week that a later batch is the first to need', { timeout: 120_000 }, async () => {
      await rig.dropPartitions();
      const later = new Date(START_MS + 14 * 86_400_000).toISOString();
      const { counts } = await load('vehicles_status_1.json', [
        ...reports,
        { vehicle_id: 'vehicle-1', report_time: later, status: 'parking' },
      ]);
      expect(counts).toMatchObject({ loaded: REPORTS + 1 });
      expect(await rig.rowsOf(`SELECT status FROM vehicle_status WHERE vehicle_id = 'vehicle-1'`)).toEqual([
        { status: 'parking' },
      ]);
    });
  },
);
