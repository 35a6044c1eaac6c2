import { FENCED } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';

describe('a claim', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());
  const { create, claim } = storeScene(() => rig);

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
});
