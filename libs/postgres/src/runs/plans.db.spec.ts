import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { APPEND_LOGS } from './append-logs.sql.js';
import { CLAIM_RUNS } from './claim-runs.sql.js';
import { FIND_OWN_ENDS, FINISH_RUNS } from './finish-runs.sql.js';
import { REDELIVER } from './repair-runs.sql.js';
import { REPORT_PROGRESS } from './report-progress.sql.js';
import { REQUEUE_RUNS } from './requeue-runs.sql.js';
import { SUSPEND_RUNS } from './suspend-runs.sql.js';
import { WAKE_RUNS } from './wake-runs.sql.js';

const VERBS = {
  ...{ APPEND_LOGS, CLAIM_RUNS, FINISH_RUNS, FIND_OWN_ENDS, REDELIVER, REPORT_PROGRESS, REQUEUE_RUNS, SUSPEND_RUNS },
  ...{ WAKE_RUNS },
};

describe('the plan that a connection keeps from before the tables have grown', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  it.each(Object.keys(VERBS) as (keyof typeof VERBS)[])('finds runs and calls by their keys: %s', async (verb) => {
    // Without parameters of its own: the one that stays, whatever is asked.
    const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${VERBS[verb]}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan on (runs|calls)/);
  });
});
