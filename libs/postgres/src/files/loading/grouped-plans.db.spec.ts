import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseRig, openDatabaseRig } from '../../database-rig.contract.js';
import { FIND_ARRIVALS } from '../file-ledger.sql.js';
import { END_ARRIVALS, LOCK_OPEN_ARRIVALS, LOCK_OWNED_RUNS, RECOUNT_CONTENTS } from './grouped-loads.sql.js';

const VERBS = { FIND_ARRIVALS, LOCK_OWNED_RUNS, LOCK_OPEN_ARRIVALS, RECOUNT_CONTENTS, END_ARRIVALS };

let rig: DatabaseRig;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());

it.each(Object.keys(VERBS) as (keyof typeof VERBS)[])(
  'a group of files is found by their keys in the plan that a connection keeps from before the ledger has grown: %s',
  async (verb) => {
    const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${VERBS[verb]}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan on (arrivals|contents|runs)/);
  },
);
