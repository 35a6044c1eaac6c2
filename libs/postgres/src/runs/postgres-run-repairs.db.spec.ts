import { allRepairs, Dispatcher, InMemoryTaskQueue, Sweep, describeWorker } from '@millrace/engine';
import { newRunId, type Delivery } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { cloneDatabase, type DatabaseClone } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../database.js';
import { PostgresQueueSentinels } from './postgres-queue-sentinels.js';
import { PostgresRunCancellation } from './postgres-run-cancellation.js';
import { PostgresRunDeadlines } from './postgres-run-deadlines.js';
import { PostgresRunRepairs } from './postgres-run-repairs.js';
import { PostgresRunStore } from './postgres-run-store.js';
import { PostgresWorkerLeases } from './postgres-worker-leases.js';

describe('the sweep on PostgreSQL', () => {
  let clone: DatabaseClone;
  let database: Database;
  let store: PostgresRunStore;
  let leases: PostgresWorkerLeases;
  beforeAll(async () => {
    clone = await cloneDatabase();
    database = await Database.open({ url: clone.url, applicationName: 'spec' });
    store = new PostgresRunStore(database);
    leases = new PostgresWorkerLeases(database);
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });
  beforeEach(() =>
    database.query(
      'TRUNCATE millrace.runs, millrace.calls, millrace.cancel_marks, millrace.attempts, millrace.workers',
    ),
  );

  let inTouchMs = Infinity;
  const newSweep = (queue = new InMemoryTaskQueue()) => ({
    queue,
    sweep: new Sweep(
      allRepairs({
        ...{ repairs: new PostgresRunRepairs(database), sentinels: new PostgresQueueSentinels(database) },
        ...{ store, queue, logger: silentLogger },
        cancellation: new PostgresRunCancellation(database),
        deadlines: new PostgresRunDeadlines(database),
        ...{ leaseMs: 1, inTouchMs: () => inTouchMs },
        dispatcher: new Dispatcher(store, queue, silentLogger),
      }),
      silentLogger,
    ),
  });
  const create = async (maxAttempts = 3): Promise<Delivery> => {
    const run = {
      id: newRunId(),
      taskId: 't',
      queue: 'default',
      input: '{}',
      trigger: 'api',
      priority: 0,
      maxAttempts,
    } as const;
    const outcome = await store.create(run);
    if (outcome.status !== 'created') throw new Error(outcome.status);
    return outcome.delivery;
  };
  const claimAs = async (worker: { id: string }, { runId, delivery }: Delivery) => {
    const run = await store.claim(runId, delivery, worker.id);
    if (run === undefined) throw new Error('not claimed');
    return run;
  };
  const takeLease = async () => {
    const worker = describeWorker(['default']);
    await leases.renew(worker, 60_000);
    return worker;
  };
  const state = async (runId: string) => {
    const { rows } = await database.query<{ state: string; attempt: number; error: { code: string } | null }>(
      'SELECT state, attempt, error FROM millrace.runs WHERE id = $1',
      [runId],
    );
    return rows[0];
  };

  it('leaves the runs of a worker alone whose lease is good', async () => {
    const run = await claimAs(await takeLease(), await create());
    const none = { lost: 0, unwoken: 0, restored: 0, redelivered: 0, cancelled: 0, expired: 0, unknown: 0 };
    expect(await newSweep().sweep.runOnce()).toMatchObject(none);
    expect(await state(run.runId)).toMatchObject({ state: 'running' });
  });

  it('ends the attempt of a worker whose lease is over as lost, and queues the run again', async () => {
    const worker = await takeLease();
    const run = await claimAs(worker, await create());
    await leases.release(worker.id);
    expect(await newSweep().sweep.runOnce()).toMatchObject({ lost: 1 });
    expect(await state(run.runId)).toMatchObject({ state: 'queued', attempt: 2 });
    const { rows } = await database.query('SELECT attempt, state, error FROM millrace.attempts WHERE run_id = $1', [
      run.runId,
    ]);
    expect(rows).toMatchObject([{ attempt: 1, state: 'lost', error: { code: 'MR_WORKER_LOST' } }]);
  });

  it('fails a run that has cost its last attempt the worker, and wakes its parent', async () => {
    const worker = await takeLease();
    const parent = await claimAs(worker, await create());
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
    const deliveries = await store.openCall(parent, call, [child]);
    await store.suspend(parent, parent.wakes);
    await claimAs(worker, (deliveries as readonly Delivery[])[0] as Delivery);
    await leases.release(worker.id);
    expect(await newSweep().sweep.runOnce()).toMatchObject({ lost: 1 });
    expect(await state(child.id)).toMatchObject({ state: 'failed', error: { code: 'MR_WORKER_LOST' } });
    expect(await state(parent.runId)).toMatchObject({ state: 'queued' });
  });

  it('ends no attempt before it has been in touch with the server for a whole lease', async () => {
    const worker = await takeLease();
    const run = await claimAs(worker, await create());
    await leases.release(worker.id);
    inTouchMs = 0;
    expect(await newSweep().sweep.runOnce()).toMatchObject({ lost: 0 });
    expect(await state(run.runId)).toMatchObject({ state: 'running' });
    inTouchMs = Infinity;
  });

  it('takes no claim from a worker whose lease is over', async () => {
    const worker = await takeLease();
    await leases.release(worker.id);
    const { runId, delivery } = await create();
    await expect(store.claim(runId, delivery, worker.id)).rejects.toMatchObject({ code: 'MR_NO_LEASE' });
  });

  it('delivers again, under the next number, a run that is long due and has no job', async () => {
    const lost = await create();
    const kept = await create();
    const { queue, sweep } = newSweep();
    await queue.deliver([kept]);
    await database.query(
      "UPDATE millrace.runs SET queued_at = queued_at - interval '1 minute', due_at = due_at - interval '1 minute'",
    );
    expect(await sweep.runOnce()).toMatchObject({ redelivered: 1 });
    expect(await queue.missing([{ ...lost, delivery: 2 }, kept])).toEqual([]);
  });

  it('does no harm beside another sweep', async () => {
    const worker = await takeLease();
    const runs = await Promise.all(Array.from({ length: 20 }, () => create()));
    await Promise.all(runs.map((run) => claimAs(worker, run)));
    await leases.release(worker.id);
    await Promise.all([newSweep().sweep.runOnce(), newSweep().sweep.runOnce()]);
    const { rows } = await database.query('SELECT DISTINCT state, attempt, delivery FROM millrace.runs');
    expect(rows).toEqual([{ state: 'queued', attempt: 2, delivery: 2 }]);
  });
});
