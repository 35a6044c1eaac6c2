import { describeWorker, Dispatcher, InMemoryTaskQueue, UnknownTasks } from '@millrace/engine';
import { newRunId, type Delivery } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { cloneDatabase, type DatabaseClone } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../database.js';
import { PostgresRunRepairs } from './postgres-run-repairs.js';
import { PostgresRunStore } from './postgres-run-store.js';
import { PostgresWorkerLeases } from './postgres-worker-leases.js';

const MINUTE = 60_000;

describe('a queued run whose task no living worker knows', () => {
  let clone: DatabaseClone;
  let database: Database;
  let store: PostgresRunStore;
  beforeAll(async () => {
    clone = await cloneDatabase();
    database = await Database.open({ url: clone.url, applicationName: 'spec' });
    store = new PostgresRunStore(database);
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });
  beforeEach(async () => {
    await database.query('TRUNCATE millrace.runs, millrace.calls, millrace.workers, millrace.task_definitions');
    await database.query(`INSERT INTO millrace.task_definitions
      (id, queue, input_schema, result_schema, max_attempts, code_version) VALUES ('t', 'default', '{}', '{}', 1, '')`);
    await takeLease([]);
  });

  const turn = ({ inTouchMs = Infinity } = {}) =>
    new UnknownTasks({
      ...{ repairs: new PostgresRunRepairs(database), inTouchMs: () => inTouchMs, logger: silentLogger },
      dispatcher: new Dispatcher(store, new InMemoryTaskQueue(), silentLogger),
    }).runOnce();
  const takeLease = async (tasks: readonly string[]) => {
    const worker = describeWorker(['default'], tasks);
    await new PostgresWorkerLeases(database).renew(worker, 60_000);
    return worker;
  };
  const create = async (dueAt?: Date): Promise<Delivery> => {
    const outcome = await store.create({
      ...{ id: newRunId(), taskId: 't', queue: 'default', input: '{}', trigger: 'api', priority: 0, maxAttempts: 3 },
      ...(dueAt === undefined ? {} : { dueAt }),
    });
    if (outcome.status !== 'created') throw new Error(outcome.status);
    return outcome.delivery;
  };
  const pass = (minutes: number) =>
    database.query(
      `UPDATE millrace.runs SET created_at = created_at - $1::int * interval '1 minute',
         queued_at = queued_at - $1::int * interval '1 minute', due_at = due_at - $1::int * interval '1 minute'`,
      [minutes],
    );
  const run = async ({ runId }: { readonly runId: string }) => {
    const { rows } = await database.query('SELECT state, error FROM millrace.runs WHERE id = $1', [runId]);
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
    const claimed = await store.claim(first.runId, first.delivery, (await takeLease([])).id);
    if (claimed === undefined) throw new Error('not claimed');
    await pass(11);
    await store.requeue(claimed, { reason: 'hand-back', delayMs: 10_000 });
    expect(await turn()).toBe(1);
    expect(await run(first)).toMatchObject({ state: 'failed' });
  });

  it('wakes its parent', async () => {
    const parentDelivery = await create();
    const parent = await store.claim(parentDelivery.runId, 1, (await takeLease([])).id);
    if (parent === undefined) throw new Error('not claimed');
    const child = {
      id: newRunId(),
      index: 0,
      queue: 'default',
      input: '{}',
      key: undefined,
      priority: 0,
      maxAttempts: 1,
    };
    const call = { seq: 0, kind: 'invoke', taskId: 't', key: undefined, inputHash: 'h', children: 1 } as const;
    await store.openCall(parent, call, [child]);
    await store.suspend(parent, parent.wakes);
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
    await database.query(
      "UPDATE millrace.workers SET alive_until = clock_timestamp() - interval '9 minutes' WHERE id = $1",
      [id],
    );
    expect(await turn()).toBe(0);
    await database.query('UPDATE millrace.workers SET tasks = NULL WHERE id <> $1', [id]);
    await database.query(
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
