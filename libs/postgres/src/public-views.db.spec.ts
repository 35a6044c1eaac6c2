import { type Delivery, newRunId, type NewRun } from '@millrace/runs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from './database-rig.contract.js';

const newRun = (taskId: string): NewRun => ({
  ...{ id: newRunId(), taskId, queue: 'default', input: '{}', trigger: 'api', priority: 0, maxAttempts: 1 },
});

describe('the public views', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  it('answer the query of the design as it stands', async () => {
    const { store, workerId } = rig;
    const run = newRun('task1');
    await store.create(run);
    const claimed = await store.claim(run.id, 1, workerId);
    if (claimed === undefined) throw new Error('not claimed');
    const at = new Date('2024-07-19T00:00:00.123Z');
    await store.appendLogs(claimed, [
      { n: 1, attempt: 1, at, level: 'info', message: 'one', fields: '{"a":1}' },
      { n: 2, attempt: 1, at, level: 'warn', message: 'two', fields: undefined },
    ]);
    await store.finish({ ...claimed, status: 'succeeded', result: '{"ok":true}' });

    const { rows } = await rig.database.query(`
      SELECT task_id, dag_id, execution_date, status, result, start_time, end_time, logs
      FROM tasks_results
      WHERE task_id = 'task1' AND execution_date > '2024-07-18 00:00:00';`);
    expect(rows).toEqual([
      {
        ...{ task_id: 'task1', dag_id: 'task1', status: 'succeeded', result: { ok: true } },
        execution_date: expect.any(Date) as Date,
        start_time: expect.any(Date) as Date,
        end_time: expect.any(Date) as Date,
        logs: '2024-07-19T00:00:00.123Z INFO one {"a":1}\n2024-07-19T00:00:00.123Z WARN two',
      },
    ]);
  });

  it('show the arm that a branch took as taken, and the others as skipped', async () => {
    const { store, workerId } = rig;
    const { delivery } = (await store.create(newRun('brancher'))) as { delivery: Delivery };
    const claimed = await store.claim(delivery.runId, 1, workerId);
    if (claimed === undefined) throw new Error('not claimed');
    const value = JSON.stringify({ taken: 'a', skipped: ['b', 'c'] });
    const call = { seq: 0, kind: 'branch', taskId: undefined, key: 'a', inputHash: 'h', outcomeSeq: 1, value } as const;
    await store.recordValue(claimed, call);
    const { rows } = await rig.database.query(
      "SELECT task_id, status FROM task_instances WHERE dag_id = 'brancher' AND parent_id = $1 ORDER BY task_id",
      [claimed.runId],
    );
    expect(rows).toEqual([
      { task_id: 'a', status: 'taken' },
      { task_id: 'b', status: 'skipped' },
      { task_id: 'c', status: 'skipped' },
    ]);
  });

  it.each([
    'dags',
    'dag_runs',
    'task_instances',
    'tasks_results',
    'runs',
    'run_attempts',
    'run_logs',
    'objects_detection_events',
    'vehicle_status',
  ])('include %s', async (view) => {
    await expect(rig.database.query(`SELECT * FROM ${view} LIMIT 1`)).resolves.toBeDefined();
  });

  it('can be taken down and put up again, migration by migration', async () => {
    for (let left = rig.database.dataSource.migrations.length; left > 0; left -= 1) {
      await rig.database.dataSource.undoLastMigration();
    }
    const { rows } = await rig.database.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'millrace'::regnamespace AND relkind IN ('r', 'v') AND relname <> 'migrations'",
    );
    expect(rows).toEqual([]);
    await rig.database.migrate();
    await expect(rig.database.query('SELECT * FROM tasks_results')).resolves.toBeDefined();
  });
});
