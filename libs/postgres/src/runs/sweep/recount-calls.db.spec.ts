import { InMemoryTaskQueue } from '@millrace/engine';
import type { ClaimedRun, Delivery } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { sweepOn } from '../../engine-on-postgres.contract.js';
import { finishRuns } from '../ends/finish-runs.js';
import { PostgresRunRepairs } from './postgres-run-repairs.js';

describe('a call that counts other than its children', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());
  beforeEach(() => rig.database.query('TRUNCATE millrace.runs, millrace.calls'));

  const { create, claim, succeed, fail, openCall } = storeScene(() => rig);
  const sweep = () => sweepOn(rig.database, new InMemoryTaskQueue());
  const counts = async () => {
    const { rows } = await rig.database.query(
      'SELECT pending, failed, done_at IS NOT NULL AS done FROM millrace.calls ORDER BY run_id, seq',
    );
    return rows;
  };

  /** A run that waits for so many children. */
  async function aParentOf(children: number): Promise<{ parent: ClaimedRun; children: readonly Delivery[] }> {
    const parent = await claim(await create());
    const deliveries = await openCall(parent, children);
    await rig.store.suspend(parent, parent.wakes);
    return { parent, children: deliveries };
  }

  it('is counted anew: one too high, for which its run would wait for ever', async () => {
    const { children } = await aParentOf(2);
    await succeed(await claim(children[0] as Delivery), '1');
    await fail(await claim(children[1] as Delivery));
    await rig.database.query('UPDATE millrace.calls SET pending = 1, done_at = NULL');

    expect(await sweep().runOnce()).toMatchObject({ recounted: 1 });

    expect(await counts()).toEqual([{ pending: 0, failed: 1, done: true }]);
    expect(await sweep().runOnce()).toMatchObject({ recounted: 0 });
  });

  it('is counted anew: one too low, which would wake its run early', async () => {
    await aParentOf(2);
    await rig.database.query('UPDATE millrace.calls SET pending = 0, done_at = clock_timestamp()');

    expect(await sweep().runOnce()).toMatchObject({ recounted: 1 });

    expect(await counts()).toEqual([{ pending: 2, failed: 0, done: false }]);
  });

  it('is left alone when it is right, and once its run has been told', async () => {
    const { children } = await aParentOf(3);
    await succeed(await claim(children[0] as Delivery), '1');
    const told = await aParentOf(1);
    await succeed(await claim(told.children[0] as Delivery), '1');
    await rig.store.wake(told.parent.runId);
    await rig.database.query('UPDATE millrace.runs SET finished_at = NULL, state = $2, result = NULL WHERE id = $1', [
      told.children[0]?.runId,
      'queued',
    ]);
    const before = await counts();

    expect(await sweep().runOnce()).toMatchObject({ recounted: 0 });

    expect(await counts()).toEqual(before);
  });

  it('is mended once by two sweeps at once', async () => {
    for (let n = 0; n < 10; n += 1) await aParentOf(2);
    await rig.database.query('UPDATE millrace.calls SET pending = 1');

    const swept = await Promise.all([sweep().runOnce(), sweep().runOnce()]);

    expect(swept.reduce((sum, { recounted = 0 }) => sum + recounted, 0)).toBe(10);
    expect(await counts()).toEqual(Array.from({ length: 10 }, () => ({ pending: 2, failed: 0, done: false })));
  });

  it('is mended beside a child that ends', async () => {
    const { parent, children } = await aParentOf(3);
    const [first, second] = await Promise.all(children.slice(0, 2).map(claim));
    await succeed(first as ClaimedRun, '1');
    await rig.database.query('UPDATE millrace.calls SET pending = 3');
    const { runId, epoch } = second as ClaimedRun;

    const recounted = await rig.database.transaction(async (transaction) => {
      await finishRuns(transaction, [{ runId, epoch, status: 'succeeded', result: '1' }]);
      const recounting = new PostgresRunRepairs(rig.database).recount({ runId: parent.runId, seq: 0 });
      await waitFor(async () => {
        const { rowCount } = await rig.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rowCount > 0;
      });
      return [recounting] as const;
    });

    expect(await recounted[0]).toBe(true);
    expect(await counts()).toEqual([{ pending: 1, failed: 0, done: false }]);
  });
});
