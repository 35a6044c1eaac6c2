import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';

const FILL = `
SELECT millrace.add_partitions('detection_events', '{1999-12-31Z,2022-06-05Z,2022-06-06Z}');
SELECT millrace.add_partitions('status_reports', '{2022-06-05Z}');
INSERT INTO millrace.vehicles (vehicle_id) VALUES ('a');
INSERT INTO millrace.object_types (name) VALUES ('cars');
INSERT INTO millrace.detection_events VALUES
  ('1999-12-31Z', 1, 1, '{1}', '{1}'), ('2022-06-05T23:59:59.999999Z', 1, 1, '{1}', '{2}'), ('2022-06-06Z', 1, 1, '{}', '{}');
INSERT INTO millrace.status_reports VALUES (1, '2022-06-05Z', 'driving', 1);
`;

describe('the migration to partitions', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  const read = async () => {
    const { database } = rig;
    const [events, shown, reports] = await Promise.all([
      database.query('SELECT detection_time, types, "values" FROM millrace.detection_events ORDER BY 1'),
      database.query('SELECT * FROM objects_detection_events ORDER BY detection_time'),
      database.query('SELECT * FROM vehicle_status_history'),
    ]);
    return [events.rows, shown.rows, reports.rows];
  };
  const kinds = async () =>
    (await rig.database.query(`SELECT relkind FROM pg_class WHERE oid = 'millrace.detection_events'::regclass`)).rows;
  const isUp = async () =>
    (await rig.database.query(`SELECT FROM millrace.migrations WHERE name LIKE 'PartitionFeedTables%'`)).rowCount > 0;

  it('takes every row with it, down and up again', async () => {
    await rig.database.query(FILL);
    const before = await read();
    expect(before.map(({ length }) => length)).toEqual([3, 2, 1]);
    while (await isUp()) await rig.database.dataSource.undoLastMigration();
    expect(await kinds()).toEqual([{ relkind: 'r' }]);
    expect(await read()).toEqual(before);
    await rig.database.migrate();
    expect(await kinds()).toEqual([{ relkind: 'p' }]);
    expect(await read()).toEqual(before);
    const { rows } = await rig.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'millrace.detection_events'::regclass`,
    );
    expect(rows).toEqual([{ n: 3 }]);
  });
});
