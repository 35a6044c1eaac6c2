import { InMemoryTaskQueue, UnknownTasks } from '@millrace/engine';
import type { Delivery } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdLease, openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { repairPartsOn } from '../../engine-on-postgres.contract.js';

const MINUTE = 60_000;

describe('a queued run whose task no living worker knows', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());
  beforeEach(async () => {
    await rig.database.query('TRUNCATE millrace.runs, millrace.calls, millrace.workers, millrace.task_definitions');
    await rig.database.query(`INSERT INTO millrace.task_definitions
      (id, queue, input_schema, result_schema, max_attempts, code_version) VALUES ('t', 'default', '{}', '{}', 1, '')`);
    await takeLease([]);
  });

  const turn = ({ inTouchMs = Infinity } = {}) =>
    new UnknownTasks(repairPartsOn(rig.database, new InMemoryTaskQueue(), { inTouchMs: () => inTouchMs })).runOnce();
  const takeLease = (tasks: readonly string[]) => holdLease(rig.database, ['default'], tasks);
  const { create: createRun, newCall, newChild } = storeScene(() => rig);
  const create = (dueAt?: Date) => createRun({ taskId: 't', ...(dueAt === undefined ? {} : { dueAt }) });
  const claim = async (delivery: Delivery) => {
    const { id } = await takeLease([]);
    return storeScene(() => ({ ...rig, workerId: id })).claim(delivery);
  };
  const pass = (minutes: number) =>
    rig.database.query(
      `UPDATE millrace.runs SET created_at = created_at - $1::int * interval '1 minute',
         queued_at = queued_at - $1::int * interval '1 minute', due_at = due_at - $1::int * interval '1 minute'`,
      [minutes],
    );
  const run = async ({ runId }: { readonly runId: string }) => {
    const { rows } = await rig.database.query('SELECT state, error FROM millrace.runs WHERE id = $1', [runId]);
    return rows[0];
  };

  it('fails after 10 minutes, and says which task it is', async () => {
    const queued = await create();
    await pass(11);
    expect(await turn()).toBe(1);
    expect(await run(queued)).toMatchObject({
      state: 'failed',
      error: { code: 'MR_TASK_UNKNOWN', message: 'No living worker has known the task "t" for 10 minutes.' },
    });
    expect(await turn()).toBe(0);
  });

  it('fails although workers claim it and hand it back all the time', async () => {
    const first = await create();
    const claimed = await claim(first);
    await pass(11);
    await rig.store.requeue(claimed, { reason: 'hand-back', delayMs: 10_000 });
    expect(await turn()).toBe(1);
    expect(await run(first)).toMatchObject({ state: 'failed' });
  });

  it('wakes its parent', async () => {
    const parent = await claim(await create());
    const child = newChild(0);
    await rig.store.openCall(parent, newCall({ kind: 'invoke', taskId: 't', children: 1 }), [child]);
    await rig.store.suspend(parent, parent.wakes);
    await pass(11);
    expect(await turn()).toBe(1);
    expect(await run({ runId: child.id })).toMatchObject({ state: 'failed' });
    expect(await run(parent)).toMatchObject({ state: 'queued' });
  });

  it('waits for its 10 minutes, which begin when it is due', async () => {
    await create(new Date(Date.now() + 15 * MINUTE));
    await pass(11);
    expect(await turn()).toBe(0);
    await pass(9);
    expect(await turn()).toBe(0);
    await pass(6);
    expect(await turn()).toBe(1);
  });

  it('waits when a worker knows the task, has known it within 10 minutes, or does not say what it knows', async () => {
    await create();
    await pass(30);
    const { id } = await takeLease(['t']);
    expect(await turn()).toBe(0);
    await rig.database.query(
      "UPDATE millrace.workers SET alive_until = clock_timestamp() - interval '9 minutes' WHERE id = $1",
      [id],
    );
    expect(await turn()).toBe(0);
    await rig.database.query('UPDATE millrace.workers SET tasks = NULL WHERE id <> $1', [id]);
    await rig.database.query(
      "UPDATE millrace.workers SET alive_until = clock_timestamp() - interval '1 hour' WHERE id = $1",
      [id],
    );
    expect(await turn()).toBe(0);
  });

  it('waits when the sweeping worker has not been there for 10 minutes itself', async () => {
    await create();
    await pass(30);
    expect(await turn({ inTouchMs: 9 * MINUTE })).toBe(0);
    expect(await turn({ inTouchMs: 10 * MINUTE })).toBe(1);
  });
});
