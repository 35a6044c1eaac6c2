import { InMemoryTaskQueue, RunsInHand } from '@millrace/engine';
import { FENCED } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { sweepOn } from '../../engine-on-postgres.contract.js';
import { PostgresRunStore } from '../postgres-run-store.js';

describe('a claim', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());
  const { create, claim, succeed } = storeScene(() => rig);

  /** As for a worker that is newer than its schema. */
  async function withoutColumn(work: () => Promise<void>): Promise<void> {
    await rig.database.query('ALTER TABLE millrace.calls RENAME COLUMN error TO elsewhere');
    await work();
    await rig.database.query('ALTER TABLE millrace.calls RENAME COLUMN elsewhere TO error');
  }

  it('whose record cannot be read is undone: no run is left running that nobody executes', async () => {
    const before = await claim(await create());
    const again = await rig.store.requeue(before, { reason: 'hand-back', delayMs: 0 });
    if (again === FENCED) throw new Error('fenced');
    const fresh = await create();
    await withoutColumn(async () => {
      const claims = [again, fresh].map(({ runId, delivery }) => rig.store.claim(runId, delivery, rig.workerId));
      await Promise.allSettled(claims);
    });
    const { rows } = await rig.database.query<{ id: string; state: string; attempt: number; delivery: number }>(
      "SELECT id, state, attempt, delivery FROM millrace.runs WHERE state <> 'running' ORDER BY id",
    );
    expect(rows).toEqual([
      { id: again.runId, state: 'queued', attempt: 1, delivery: again.delivery + 1 },
      { id: fresh.runId, state: 'queued', attempt: 1, delivery: fresh.delivery + 1 },
    ]);
    expect(await claim({ ...again, delivery: again.delivery + 1 })).toMatchObject({ attempt: 1, record: [] });
  });

  /** Statements whose connections broke before PostgreSQL came to them, to be called when it does. */
  const putOff: (() => Promise<unknown>)[] = [];

  /** A store with these faults of statements, by their names, one after the other. */
  function storeWith(...faults: readonly [fault: 'loses the answer of' | 'puts off' | 'refuses', statement: string][]) {
    const left = [...faults];
    const database = new Proxy(rig.database, {
      get: (target, property) => {
        if (property !== 'query') return Reflect.get(target, property) as unknown;
        return async (text: string, params?: readonly unknown[]) => {
          const [fault, name] = left[0] ?? [];
          if (!text.includes(`/* ${name} */`)) return target.query(text, params);
          left.shift();
          if (fault === 'refuses') throw Object.assign(new DatabaseError('no', 0, 'error'), { code: '42501' });
          if (fault === 'puts off') putOff.push(() => target.query(text, params));
          else await target.query(text, params);
          throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
        };
      },
    });
    return new PostgresRunStore(database);
  }

  const rowOf = async (runId: string) => {
    const { rows } = await rig.database.query<{ state: string; epoch: number; attempt: number }>(
      'SELECT state, epoch, attempt FROM millrace.runs WHERE id = $1',
      [runId],
    );
    return rows[0];
  };

  it('whose COMMIT and whose look for it are lost is handed back by its worker, at no attempt’s cost', async () => {
    const { runId, delivery } = await create();
    const store = storeWith(['loses the answer of', 'runs.claim'], ['refuses', 'runs.find-own-claims']);
    await expect(store.claim(runId, delivery, rig.workerId)).rejects.toThrow('no');
    expect(await rowOf(runId)).toEqual({ state: 'running', epoch: 1, attempt: 1 });
    const given = { workerId: rig.workerId, inHand: new RunsInHand() };
    const others = await rig.database.query("SELECT FROM millrace.runs WHERE state = 'running' AND id <> $1", [runId]);
    const sweep = sweepOn(rig.database, new InMemoryTaskQueue(), given);
    expect(await sweep.runOnce()).toMatchObject({ stranded: 0 });
    expect(await sweep.runOnce()).toMatchObject({ stranded: 1 + others.rowCount });
    expect(await rowOf(runId)).toEqual({ state: 'queued', epoch: 1, attempt: 1 });
    expect(await claim({ runId, delivery: delivery + 1 })).toMatchObject({ epoch: 2, attempt: 1 });
  });

  it('of a delivery that came twice undoes nothing of what it is executed by', async () => {
    const before = await claim(await create());
    const again = await rig.store.requeue(before, { reason: 'hand-back', delayMs: 0 });
    if (again === FENCED) throw new Error('fenced');
    const execution = await claim(again);
    const store = storeWith(['loses the answer of', 'runs.claim'], ['refuses', 'runs.read-records']);
    await expect(store.claim(again.runId, again.delivery, rig.workerId)).rejects.toThrow('no');
    expect(await succeed(execution, '1')).not.toBe(FENCED);
  });

  it('that is undone by a statement of unknown outcome is not executed before that is answered', async () => {
    const before = await claim(await create());
    const again = await rig.store.requeue(before, { reason: 'hand-back', delayMs: 0 });
    if (again === FENCED) throw new Error('fenced');
    const store = storeWith(['refuses', 'runs.read-records'], ['puts off', 'runs.undo-claims']);
    await expect(store.claim(again.runId, again.delivery, rig.workerId)).rejects.toThrow('no');
    const execution = await claim({ ...again, delivery: again.delivery + 1 });
    await putOff[0]?.();
    expect(await succeed(execution, '1')).not.toBe(FENCED);
  });
});
