import type { ClaimedRun, Delivery } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { PostgresRunCancellation } from './postgres-run-cancellation.js';
import { PostgresRunStore } from '../postgres-run-store.js';

describe('a cancellation beside what goes on at the same time', () => {
  let rig: DatabaseRig;
  let cancellation: PostgresRunCancellation;
  beforeAll(async () => {
    rig = await openDatabaseRig({ poolSize: 20 });
    cancellation = new PostgresRunCancellation(rig.database);
  });
  afterAll(() => rig.close());
  const { create, claim, openCall } = storeScene(() => rig);
  const runningBelow = async (rootId: string) => {
    const { rows } = await rig.database.query<{ id: string }>(
      `SELECT id FROM millrace.runs WHERE root_id = $1 AND parent_id IS NOT NULL AND epoch > 0 ORDER BY id`,
      [rootId],
    );
    return rows.map(({ id }) => id);
  };
  const statementsAtLock = async (name: string) => {
    const { rows } = await rig.database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
      [`%${name}%`],
    );
    return rows[0]?.n ?? 0;
  };

  it('does not answer before a claim has committed that did not see the mark', async () => {
    const root = await claim(await create());
    const [child] = (await openCall(root, 1)) as readonly [Delivery];
    const happened: string[] = [];
    let claimed: Promise<ClaimedRun | undefined> | undefined;
    let committedByThen: Promise<string[]> | undefined;
    await rig.database.transaction(async (other) => {
      await other.query('SELECT FROM millrace.runs WHERE id = $1 FOR UPDATE', [child.runId]);
      claimed = rig.store.claim(child.runId, child.delivery, rig.workerId);
      void claimed.then(() => happened.push('claimed'));
      // The claim has its snapshot, and waits for the row.
      await waitFor(async () => (await statementsAtLock('runs.claim')) === 1);
      // By what is committed: which answer comes in first is the operating system's to say.
      committedByThen = cancellation.cancel(root.runId).then(() => {
        happened.push('cancelled');
        return runningBelow(root.runId);
      });
      await waitFor(async () => (await statementsAtLock('runs.pass-claim-gate')) === 1);
      expect(happened).toEqual([]);
    });
    expect(await claimed).toMatchObject({ runId: child.runId });
    expect(await committedByThen).toEqual([child.runId]);
  });

  it('is followed by no claim once it has answered, however many are under way', { timeout: 60_000 }, async () => {
    const stores = Array.from({ length: 4 }, () => new PostgresRunStore(rig.database));
    for (let round = 0; round < 25; round += 1) {
      const root = await claim(await create());
      const children = await openCall(root, 200);
      const claims = stores.flatMap((each, lane) =>
        children
          .filter((_, index) => index % stores.length === lane)
          .map(async ({ runId, delivery }, index) => {
            // Spread over the cancellation, so that some claims begin on either side of it.
            for (let turns = 0; turns < index; turns += 1) await new Promise(setImmediate);
            return each.claim(runId, delivery, rig.workerId);
          }),
      );
      await new Promise((resolve) => setTimeout(resolve, round % 5));
      await cancellation.cancel(root.runId);
      const before = await runningBelow(root.runId);
      await Promise.all(claims);
      expect(await runningBelow(root.runId)).toEqual(before);
    }
  });

  it('leaves nothing behind of children that are created meanwhile', { timeout: 30_000 }, async () => {
    for (let round = 0; round < 10; round += 1) {
      const root = await claim(await create());
      const opening = Promise.all([1, 2, 3].map((seq) => openCall(root, 20, seq).catch(() => undefined)));
      await cancellation.cancel(root.runId);
      await opening;
      await cancellation.cancelExecution(root);
      while ((await cancellation.cancelMarked(500)).count > 0);
      const { rows } = await rig.database.query('SELECT DISTINCT state FROM millrace.runs WHERE root_id = $1', [
        root.runId,
      ]);
      expect(rows).toEqual([{ state: 'cancelled' }]);
    }
  });

  it('counts each run off once when several sweeps move the same ones', async () => {
    const root = await claim(await create());
    const [middle] = (await openCall(root, 1)) as readonly [Delivery];
    const parent = await claim(middle);
    await openCall(parent, 1_000);
    await cancellation.cancel(root.runId);
    const sweep = async () => {
      let moved = 0;
      for (let turn = 0; turn < 20; turn += 1) moved += (await cancellation.cancelMarked(100)).count;
      return moved;
    };
    const moved = await Promise.all([sweep(), sweep(), sweep()]);
    expect(moved.reduce((sum, n) => sum + n, 0)).toBe(1_000);
    const { rows } = await rig.database.query('SELECT pending, failed FROM millrace.calls WHERE run_id = $1', [
      parent.runId,
    ]);
    expect(rows).toEqual([{ pending: 0, failed: 1_000 }]);
  });

  it('is not lost when a sweep removes an older mark of the same run at that moment', async () => {
    const { runId } = await claim(await create());
    await cancellation.cancel(runId);
    await rig.database.transaction(async (other) => {
      // As the sweep's statement found it, before the request renews it.
      const { rows } = await other.query('SELECT marked_at FROM millrace.cancel_marks WHERE run_id = $1', [runId]);
      await cancellation.cancel(runId);
      const { rowCount } = await other.query(
        'DELETE FROM millrace.cancel_marks WHERE run_id = $1 AND marked_at = $2::timestamptz',
        [runId, rows[0]?.['marked_at']],
      );
      expect(rowCount).toBe(0);
    });
  });
});
