import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../store/delivery.js';
import type { RunDeadlines } from './run-deadlines.port.js';
import { FENCED } from '../store/run-store.port.js';
import { storeScene, type StoreUnderTest } from '../store/store-scene.contract.js';

export interface DeadlinesUnderTest extends StoreUnderTest {
  readonly deadlines: RunDeadlines;
}

/** What every store promises of a run's whole time. */
export function describeDeadlinesContract(name: string, open: () => Promise<DeadlinesUnderTest>): void {
  describe(`deadlines contract: ${name}`, () => {
    let opened: DeadlinesUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const { newRun, newCall, newChild, create, claim } = storeScene(() => opened);
    /** Expires until something has been, and gives how much that was. */
    const expired = () =>
      waitFor(async () => {
        const { count, parentsToWake } = await opened.deadlines.expire(100);
        return count === 0 ? undefined : { count, parentsToWake };
      });

    it('fails what is queued when its time is over, and nothing else', async () => {
      const { runId, delivery } = await create({ timeoutMs: 1 });
      const later = await create({ timeoutMs: 60_000 });
      await create();
      expect(await expired()).toEqual({ count: 1, parentsToWake: [] });
      expect(await opened.store.claim(runId, delivery, opened.workerId)).toBeUndefined();
      expect(await claim(later)).toMatchObject({ runId: later.runId });
    });

    it('counts the time of a run that is put off from when it is due', async () => {
      const { store } = opened;
      const putOff = { timeoutMs: 1, dueAt: new Date(Date.now() + 60_000) };
      const parent = await claim(await create());
      const children = await store.openCall(parent, newCall({ children: 1 }), [{ ...newChild(0), ...putOff }]);
      const start = { seq: 1, kind: 'start', taskId: 'count', key: undefined, inputHash: 'h', outcomeSeq: 1 } as const;
      const started = await store.startRun(parent, { ...start, value: '""' }, newRun(putOff));
      const deliveries = [await create(putOff), ...(children as readonly Delivery[]), started as Delivery];
      await create({ timeoutMs: 1 });
      expect(await expired()).toEqual({ count: 1, parentsToWake: [] });
      for (const delivery of deliveries) expect((await claim(delivery)).deadlineInMs).toBeGreaterThan(30_000);
    });

    it('fails what waits, marks what it waited for, and wakes its parent', async () => {
      const { store } = opened;
      const root = await claim(await create());
      const [child] = (await store.openCall(root, newCall({ children: 1 }), [
        { ...newChild(0), timeoutMs: 300 },
      ])) as readonly [Delivery];
      await store.suspend(root, 0);
      const middle = await claim(child);
      const [leaf] = (await store.openCall(middle, newCall({ children: 1 }), [newChild(0)])) as readonly [Delivery];
      await store.suspend(middle, 0);
      expect(await expired()).toEqual({ count: 1, parentsToWake: [root.runId] });
      expect(await store.claim(leaf.runId, leaf.delivery, opened.workerId)).toBeUndefined();
      expect(await store.outcomes(root.runId, 0, 0, 1)).toMatchObject([
        { status: 'failed', error: { code: 'MR_RUN_TIMED_OUT' } },
      ]);
    });

    it('leaves a running run to its worker, and says how much of its time is left', async () => {
      const run = await claim(await create({ timeoutMs: 200 }));
      expect(run.deadlineInMs).toBeLessThanOrEqual(200);
      await waitFor(async () => (await create({ timeoutMs: 1 })) && (await expired()));
      expect(await opened.store.finish({ ...run, status: 'succeeded', result: '1' })).not.toBe(FENCED);
    });

    it('says nothing of time to a run that has no end to it', async () => {
      expect((await claim(await create())).deadlineInMs).toBeUndefined();
    });

    it('adds up what the executions of an attempt have taken, and begins anew with the next attempt', async () => {
      const { store } = opened;
      let run = await claim(await create());
      const taken = [run.executedMs];
      for (const requeue of [
        { reason: 'snooze', delayMs: 0, executedMs: 20 },
        { reason: 'hand-back', delayMs: 0, executedMs: 22 },
      ] as const) {
        run = await claim((await store.requeue(run, requeue)) as Delivery);
        taken.push(run.executedMs);
      }
      const [child] = (await store.openCall(run, newCall({ children: 1 }), [newChild(0)])) as readonly [Delivery];
      await store.suspend(run, run.wakes, 8);
      const end = await claim(child);
      await store.finish({ ...end, status: 'succeeded', result: '1' });
      run = await claim((await store.wake(run.runId)) as Delivery);
      taken.push(run.executedMs);
      const error = { code: 'X', message: 'x' };
      run = await claim((await store.requeue(run, { reason: 'retry', error, delayMs: 0 })) as Delivery);
      expect([...taken, run.executedMs]).toEqual([0, 20, 42, 50, 0]);
    });
  });
}
