import { newRunId } from '@millrace/runs';
import { waitFor } from '@millrace/testing';
import { expect, it } from 'vitest';
import { openDatabaseRig } from '../database-rig.contract.js';
import { ADMIT_RUNS } from './admit-runs.sql.js';
import { LOCK_GATES } from './lock-gates.sql.js';

const GATE = 'key:raced:k';

it('an admission counts what another one admits that has not committed yet', async () => {
  const { database, store, close } = await openDatabaseRig();
  await database.query(`INSERT INTO millrace.task_definitions
    (id, queue, input_schema, result_schema, max_attempts, code_version, concurrency_limit)
    VALUES ('raced', 'default', '{}', '{}', 1, '1', 1)`);
  const create = (priority: number) => {
    const common = { taskId: 'raced', queue: 'default', input: '{}', trigger: 'api', maxAttempts: 1 } as const;
    return store.create({ ...common, id: newRunId(), priority, gates: [GATE] });
  };

  await create(0);
  const first = await database.pool.connect();
  await first.query('BEGIN');
  await first.query(LOCK_GATES, [[GATE]]);
  const { rows: passing } = await first.query(ADMIT_RUNS, [[GATE]]);
  expect(passing).toHaveLength(1);

  // Another head of the queue, so that the two do not meet over one run.
  await create(9);
  let ended = false;
  const second = store.admit(GATE).finally(() => (ended = true));
  await waitFor(async () => {
    const { rows } = await database.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    return ended || rows.length > 0;
  });
  await first.query('COMMIT');
  first.release();
  expect((await second).deliveries).toEqual([]);

  await close();
});
