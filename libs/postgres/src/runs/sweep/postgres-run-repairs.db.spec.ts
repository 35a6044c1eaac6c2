import { InMemoryTaskQueue } from '@millrace/engine';
import type { Delivery } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdLease, openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { sweepOn } from '../../engine-on-postgres.contract.js';
import { PostgresWorkerLeases } from '../claims/postgres-worker-leases.js';

describe('the sweep on PostgreSQL', () => {
  let rig: DatabaseRig;
  let leases: PostgresWorkerLeases;
  beforeAll(async () => {
    rig = await openDatabaseRig();
    leases = new PostgresWorkerLeases(rig.database);
  });
  afterAll(() => rig.close());
  beforeEach(() =>
    rig.database.query(
      'TRUNCATE millrace.runs, millrace.calls, millrace.cancel_marks, millrace.attempts, millrace.workers',
    ),
  );

  let inTouchMs = Infinity;
  const newSweep = (queue = new InMemoryTaskQueue()) => ({
    queue,
    sweep: sweepOn(rig.database, queue, { inTouchMs: () => inTouchMs }),
  });
  const { create, newCall, newChild, succeed } = storeScene(() => rig);
  const claimAs = (worker: { id: string }, delivery: Delivery) =>
    storeScene(() => ({ ...rig, workerId: worker.id })).claim(delivery);
  const takeLease = () => holdLease(rig.database);
  const state = async (runId: string) => {
    const { rows } = await rig.database.query<{ state: string; attempt: number; error: { code: string } | null }>(
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
    const { rows } = await rig.database.query('SELECT attempt, state, error FROM millrace.attempts WHERE run_id = $1', [
      run.runId,
    ]);
    expect(rows).toMatchObject([{ attempt: 1, state: 'lost', error: { code: 'MR_WORKER_LOST' } }]);
  });

  it('queues runs again at once that lost their first attempt, and apart those that lost a further one', async () => {
    const loseAll = async (attempt: number) => {
      const worker = await takeLease();
      const runs = await Promise.all(Array.from({ length: 20 }, async () => claimAs(worker, await create())));
      const ids = runs.map(({ runId }) => runId);
      await rig.database.query('UPDATE millrace.runs SET attempt = $2, max_attempts = 3 WHERE id = ANY ($1)', [
        ids,
        attempt,
      ]);
      await leases.release(worker.id);
      expect(await newSweep().sweep.runOnce()).toMatchObject({ lost: 20 });
      const { rows } = await rig.database.query<{ ms: number }>(
        `SELECT 1000 * extract(epoch FROM due_at - queued_at)::float8 AS ms FROM millrace.runs WHERE id = ANY ($1) ORDER BY 1`,
        [ids],
      );
      return rows.map(({ ms }) => Math.round(ms));
    };
    expect(await loseAll(1)).toEqual(Array.from({ length: 20 }, () => 0));
    const apart = await loseAll(2);
    // That twenty of them fall into a second of ten is as good as out of the question.
    expect((apart.at(-1) ?? 0) - (apart[0] ?? 0)).toBeGreaterThan(1_000);
    expect(apart.at(-1)).toBeLessThan(10_000);
  });

  it('fails a run that has cost its last attempt the worker, and wakes its parent', async () => {
    const worker = await takeLease();
    const parent = await claimAs(worker, await create());
    const child = newChild(0);
    const call = newCall({ kind: 'invoke', children: 1 });
    const deliveries = await rig.store.openCall(parent, call, [child]);
    await rig.store.suspend(parent, parent.wakes);
    await claimAs(worker, (deliveries as readonly Delivery[])[0] as Delivery);
    await leases.release(worker.id);
    expect(await newSweep().sweep.runOnce()).toMatchObject({ lost: 1 });
    expect(await state(child.id)).toMatchObject({ state: 'failed', error: { code: 'MR_WORKER_LOST' } });
    expect(await state(parent.runId)).toMatchObject({ state: 'queued' });
  });

  it('wakes a parent whose last child ended a second ago, when nobody has told it', async () => {
    const worker = await takeLease();
    const delivery = await create();
    const parent = await claimAs(worker, delivery);
    const [child] = (await rig.store.openCall(parent, newCall({ children: 1 }), [newChild(0)])) as readonly Delivery[];
    await rig.store.suspend(parent, parent.wakes);
    await succeed(await claimAs(worker, child as Delivery), '1');
    const { queue, sweep } = newSweep();
    expect(await sweep.runOnce()).toMatchObject({ unwoken: 0 });
    await rig.database.query("UPDATE millrace.calls SET done_at = done_at - interval '1.1 s'");
    expect(await sweep.runOnce()).toMatchObject({ unwoken: 1 });
    expect(await state(parent.runId)).toMatchObject({ state: 'queued' });
    expect(await queue.missing([{ ...delivery, delivery: 2 }])).toEqual([]);
    expect(await sweep.runOnce()).toMatchObject({ unwoken: 0 });
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
    await expect(rig.store.claim(runId, delivery, worker.id)).rejects.toMatchObject({ code: 'MR_NO_LEASE' });
  });

  it('delivers again, under the next number, a run that is long due and has no job', async () => {
    const lost = await create();
    const kept = await create();
    const { queue, sweep } = newSweep();
    await queue.deliver([kept]);
    await rig.database.query(
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
    const { rows } = await rig.database.query('SELECT DISTINCT state, attempt, delivery FROM millrace.runs');
    expect(rows).toEqual([{ state: 'queued', attempt: 2, delivery: 2 }]);
  });
});
