import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { APPEND_LOGS } from './reports/append-logs.sql.js';
import { CLAIM_RUNS } from './claims/claim-runs.sql.js';
import { FIND_OWN_ENDS, FINISH_RUNS } from './ends/finish-runs.sql.js';
import { FIND_OWN_MOVES } from './moves/own-moves.sql.js';
import { FAIL_UNKNOWN } from './sweep/fail-unknown.sql.js';
import { FIND_LOST_EXECUTIONS } from './claims/lost-executions.sql.js';
import { FIND_LOST_RUNS, REDELIVER, RETIRE_WORKERS } from './sweep/repair-runs.sql.js';
import { FIND_MISCOUNTED, FIND_OPEN_CALLS, LOCK_CALL, RECOUNT } from './sweep/recount-calls.sql.js';
import { REPORT_PROGRESS } from './reports/report-progress.sql.js';
import { REQUEUE_RUNS } from './moves/requeue-runs.sql.js';
import { SUSPEND_RUNS } from './moves/suspend-runs.sql.js';
import { WAKE_RUNS } from './calls/wake-runs.sql.js';
import { FIND_RUNNING_ON } from './claims/worker-runs.sql.js';

const VERBS = {
  ...{ APPEND_LOGS, CLAIM_RUNS, FINISH_RUNS, FIND_OWN_ENDS, REDELIVER, REPORT_PROGRESS, REQUEUE_RUNS, SUSPEND_RUNS },
  ...{
    FIND_LOST_EXECUTIONS,
    FIND_MISCOUNTED,
    FIND_OPEN_CALLS,
    FIND_OWN_MOVES,
    FIND_RUNNING_ON,
    LOCK_CALL,
    RECOUNT,
    WAKE_RUNS,
  },
};

const ID = '019aa000-0000-7000-8000-000000000000';

/** What every run goes through. */
const EACH_RUN: [name: string, text: string, values: readonly unknown[]][] = [
  ['CLAIM_RUNS', CLAIM_RUNS, [[ID], [1], ID]],
  ['FINISH_RUNS', FINISH_RUNS, [[ID], [1], ['succeeded'], ['null'], [null], [true]]],
  ['SUSPEND_RUNS', SUSPEND_RUNS, [[ID], [1], [0], [0]]],
  ['WAKE_RUNS', WAKE_RUNS, [[ID]]],
];

/** Done every second or so; index entries of finished runs may lie in the way of each look at runs. */
const REPAIRS: [name: string, text: string, values: readonly unknown[]][] = [
  ['FIND_LOST_RUNS', FIND_LOST_RUNS, [10_000, 500]],
  ['RETIRE_WORKERS', RETIRE_WORKERS, []],
  ['FAIL_UNKNOWN', FAIL_UNKNOWN, [600_000, 500]],
];

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

  it.each(EACH_RUN)('is kept however few runs are asked for: %s', async (_name, text, values) => {
    const client = await rig.database.pool.connect();
    // PostgreSQL tries five plans of their own before it compares.
    for (let n = 0; n < 7; n += 1) await client.query({ name: 'verb', text, values: [...values] });
    const { rows } = await client.query('SELECT generic_plans FROM pg_prepared_statements WHERE name = $1', ['verb']);
    client.release(true);
    expect(rows).toEqual([{ generic_plans: '2' }]);
  });

  it.each(REPAIRS)('looks at no run while there is nothing to mend: %s', async (_name, text, values) => {
    const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE) ${text}`, [...values]);
    const looks = rows.map((row) => row['QUERY PLAN']).filter((line) => /Scan .*on runs run /.test(line));
    expect(looks.length).toBeGreaterThan(0);
    for (const look of looks) expect(look).toContain('(never executed)');
  });
});
