import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from './database-rig.contract.js';
import { DetectionRollUps } from './rollups/detection-roll-ups.js';

const page = await readFile(new URL('../../../docs/queries.md', import.meta.url), 'utf8');
const queriesIn = (text: string) => [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql as string);
const aboutLoadedData = queriesIn(page.slice(page.indexOf('## Loaded data')));

/** What grows with the files: no question may read one of them whole. The vehicles' names may be read beside many rows. */
const GROWING =
  'detection_events|detection_hours|detection_days|detection_totals|status_reports|latest_statuses|arrivals|contents';

/** Four days of 500 vehicles, an event and a report each in half an hour, the same two weeks before, and the totals of a year before; one is the page's. */
const FILL = `
INSERT INTO millrace.vehicles (vehicle_id)
SELECT CASE n WHEN 77 THEN 'ebab5f787798416fb2b8afc1340d7a4e' ELSE md5(n::text) END FROM generate_series(1, 500) AS n;
INSERT INTO millrace.object_types (name) VALUES ('cars'), ('pedestrians'), ('trucks');
INSERT INTO millrace.arrivals (id, feed, path, device, inode, size, mtime_ns, found_by, run_id, state, reason, ended_at)
SELECT gen_random_uuid(), 'objects-detection', 'objects_detection_' || n, 1, n, 1, 1, 'scan', gen_random_uuid(), 'vanished', '{}', now()
FROM generate_series(1, 2000) AS n;
INSERT INTO millrace.contents (feed, sha256, size, arrival_id, records, loaded, unchanged, conflicting, rows)
SELECT feed, sha256(path::bytea), 1, id, 0, 0, 0, 0, 0 FROM millrace.arrivals;
SELECT millrace.add_partitions(relation, '{2022-05-19Z,2022-06-02Z}') FROM unnest('{detection_events,status_reports}'::text[]) AS relation;
INSERT INTO millrace.detection_events
SELECT '2022-06-02T00:00Z'::timestamptz + slot * interval '30 min' + vehicle * interval '1 s', vehicle, vehicle, '{1,2}', '{3,4}'
FROM generate_series(0, 191) AS slot, generate_series(1, 500) AS vehicle;
INSERT INTO millrace.detection_events
SELECT detection_time - interval '14 days', vehicle_key, 1, types, "values" FROM millrace.detection_events;
INSERT INTO millrace.status_reports
SELECT vehicle, '2022-06-02T00:00Z'::timestamptz + slot * interval '30 min', 'driving', 1
FROM generate_series(0, 191) AS slot, generate_series(1, 500) AS vehicle;
INSERT INTO millrace.status_reports
SELECT vehicle_key, report_time - interval '14 days', status, 1 FROM millrace.status_reports;
INSERT INTO millrace.latest_statuses
SELECT vehicle, '2022-06-06T00:00Z', CASE WHEN vehicle % 100 = 0 THEN 'accident' ELSE 'driving' END, 1 FROM generate_series(1, 500) AS vehicle;
INSERT INTO millrace.detection_totals
SELECT '2022-06-01T00:00Z'::timestamptz - hour * interval '1 hour', type, 1, 1 FROM generate_series(1, 8760) AS hour, generate_series(1, 2) AS type;
INSERT INTO millrace.detection_days
SELECT '2022-06-01T00:00Z'::timestamptz - day * interval '1 day', vehicle_id, '2022-06-01T00:00Z', '{1,2}', '{1,1}', '{1,1}'
FROM generate_series(1, 60) AS day, millrace.vehicles;
INSERT INTO millrace.changed_hours (hour) SELECT DISTINCT date_bin('1 hour', detection_time, '2000-01-01Z') FROM millrace.detection_events WHERE detection_time >= '2022-06-01Z';
`;

/** In each of the two weeks; there are about as many rolled up rows of an hour and a vehicle. */
const EVENTS = 192 * 500;

describe('docs/queries.md', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
    await rig.database.query(FILL);
    await new DetectionRollUps(rig.database, { restMs: 0 }).runOnce();
    // The hour that files come for.
    await rig.database.query(`INSERT INTO millrace.changed_hours (hour) VALUES ('2022-06-05T23:00Z')`);
    await rig.database.query('ANALYZE');
  });
  afterAll(() => rig.close());

  it('has queries', () => {
    expect(queriesIn(page).length).toBeGreaterThan(12);
  });

  it.each(queriesIn(page))('has a query that runs: %s', async (sql) => {
    await expect(rig.database.query(sql)).resolves.toBeDefined();
  });

  it.each(aboutLoadedData)('has a query that reads no table whole: %s', async (sql) => {
    const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(new RegExp(`Seq Scan on (${GROWING})(_\\d+)?\\b`));
    expect(plan).toMatch(/Index (Only )?Scan/);
  });

  it('has no query that reads a partition of other times than it asks for', async () => {
    const read: string[] = [];
    for (const sql of aboutLoadedData) {
      const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, TIMING off) ${sql}`);
      const scans = rows.map((row) => row['QUERY PLAN']).filter((line) => !line.includes('never executed'));
      read.push(...scans.flatMap((line) => / on ((?:detection_events|status_reports)_\d+) /.exec(line)?.[1] ?? []));
    }
    expect(new Set(read)).toEqual(new Set(['detection_events_20220530', 'status_reports_20220530']));
  });

  it.each(['changed_events', 'hours_of_changed_days'])('expects little of what is not rolled up: %s', async (view) => {
    const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN SELECT * FROM millrace.${view}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    const expected = Number(/Scan (?:using \S+ )?on detection_\S+.* rows=(\d+)/.exec(plan)?.[1]);
    // A ninth of all would soon seem worth reading everything.
    expect(expected).toBeLessThan(EVENTS / 100);
  });
});
