import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseRig, openDatabaseRig } from '../../database-rig.contract.js';
import { FIND_ARRIVALS } from '../file-ledger.sql.js';

let rig: DatabaseRig;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());

it('looks for the predecessor of a file by its path, in the plan of an empty ledger and of one with many files of its feed', async () => {
  const planOf = async () => {
    const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${FIND_ARRIVALS}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  expect(await planOf()).not.toMatch(/arrivals_feed|Seq Scan on arrivals/);
  await rig.database
    .query(`INSERT INTO millrace.arrivals (id, feed, path, device, inode, size, mtime_ns, found_by, run_id)
    SELECT gen_random_uuid(), 'objects-detection', n || '.json', 1, n, 1, 1, 'scan', gen_random_uuid()
    FROM generate_series(1, 5000) AS n`);
  await rig.database.query('ANALYZE millrace.arrivals');
  expect(await planOf()).not.toMatch(/arrivals_feed|Seq Scan on arrivals/);
});
