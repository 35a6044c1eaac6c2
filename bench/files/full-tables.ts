import { Database, DetectionRollUps } from '@millrace/postgres';
import { withClient } from '../bench.js';

/** As the view shows them: events have one to five detections. */
const ROWS_AN_EVENT = 3;
/** Vehicles that the events are of. */
export const VEHICLES = 1_000;
const SLOTS_AT_ONCE = 1_000;

const NAMES = `
INSERT INTO millrace.vehicles (vehicle_id)
SELECT CASE n WHEN 77 THEN 'ebab5f787798416fb2b8afc1340d7a4e' ELSE md5(n::text) END FROM generate_series(1, ${VEHICLES}) AS n;
INSERT INTO millrace.object_types (name)
SELECT unnest(ARRAY['cars', 'pedestrians', 'cyclists', 'signs', 'trucks', 'buses', 'obstacles', 'animals']);
INSERT INTO millrace.arrivals (id, feed, path, device, inode, size, mtime_ns, found_by, run_id, state, reason, ended_at)
SELECT gen_random_uuid(), 'objects-detection', 'objects_detection_' || n || '.json', 1, n, 1, 1, 'scan', gen_random_uuid(), 'vanished', '{}', now()
FROM generate_series(1, 10000) AS n;
INSERT INTO millrace.contents (feed, sha256, size, arrival_id, records, loaded, unchanged, conflicting, rows)
SELECT feed, sha256(path::bytea), 1, id, 0, 0, 0, 0, 0 FROM millrace.arrivals;
INSERT INTO millrace.latest_statuses
SELECT key, '2022-06-06T00:00Z', CASE WHEN key % 100 = 0 THEN 'accident' ELSE 'driving' END, 1 FROM millrace.vehicles;
SELECT millrace.add_partitions('detection_events', '{2022-06-05Z}');
INSERT INTO millrace.detection_events VALUES ('2022-06-05T21:02:34.546Z', 77, 1, '{1,2}', '{4,3}')`;

/** Every vehicle tells of an event each 30 seconds, up to the end of 5 June 2022. */
const EVENTS = `
INSERT INTO millrace.detection_events
SELECT '2022-06-06T00:00Z'::timestamptz - slot * interval '30 s' + vehicle * interval '29 ms', vehicle, 1 + slot % 10000,
  (ARRAY[1,2,3,4,5,6,7,8,1,2,3,4]::smallint[])[1 + (slot + vehicle) % 8 : 1 + (slot + vehicle) % 8 + slot % 5],
  (ARRAY[1,0,3,4,2,6,7,1,3,2,9,4])[1 + (slot + vehicle) % 8 : 1 + (slot + vehicle) % 8 + slot % 5]
FROM generate_series($2::int, $1::int, -1) AS slot, generate_series(1, ${VEHICLES}) AS vehicle`;

/** And it reports its status each five minutes of the same time. */
const REPORTS = `
INSERT INTO millrace.status_reports (vehicle_key, report_time, status, content_id)
SELECT vehicle, '2022-06-06T00:00Z'::timestamptz - slot * interval '5 min', (ARRAY['driving', 'parking', 'charging'])[1 + slot % 3], 1
FROM generate_series(1, ${VEHICLES}) AS vehicle, generate_series($1::int / 10 + 1, 1, -1) AS slot`;

/** Of the first $1 slots, and of the table $2. */
const PARTITIONS = `
SELECT millrace.add_partitions($2, ARRAY(
  SELECT generate_series('2022-06-05T23:00Z'::timestamptz - $1::int * interval '30 s', '2022-06-05T23:00Z', interval '1 day')
))`;

/** Fills the tables with so many rows of detections, as the view shows them, all rolled up, and reports; gives their events. */
export async function fillTables(url: string, rows: number): Promise<number> {
  const slots = Math.ceil(rows / ROWS_AN_EVENT / VEHICLES);
  await withClient(url, async (client) => {
    await client.query(NAMES);
    for (const table of ['detection_events', 'status_reports']) await client.query(PARTITIONS, [slots, table]);
    for (let last = slots; last > 0; last -= SLOTS_AT_ONCE) {
      await client.query(EVENTS, [Math.max(1, last - SLOTS_AT_ONCE + 1), last]);
    }
    await client.query(REPORTS, [slots]);
    await client.query(
      `INSERT INTO millrace.changed_hours (hour) SELECT DISTINCT date_bin('1 hour', detection_time, '2000-01-01Z') FROM millrace.detection_events`,
    );
  });
  const database = await Database.open({ url, applicationName: 'bench' });
  try {
    await new DetectionRollUps(database, { restMs: 0 }).runOnce();
  } finally {
    await database.close();
  }
  await withClient(url, (client) => client.query('VACUUM ANALYZE'));
  return slots * VEHICLES;
}
