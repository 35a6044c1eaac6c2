import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../store/delivery.js';
import { FENCED, type RunStore } from '../store/run-store.port.js';
import type { RetriesUnderTest } from './run-retries.contract.js';
import { storeScene } from '../store/store-scene.contract.js';

/** What a retry promises of calls that were left halfway: between chunks of children, created or reopened (R6, R12). */
export function describeReopeningContract(name: string, open: () => Promise<RetriesUnderTest>): void {
  describe(`reopening contract: ${name}`, () => {
    let opened: RetriesUnderTest;
    let store: RunStore;
    beforeAll(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterAll(() => opened.close());

    const { create, claim, newCall, newChild, succeed, fail } = storeScene(() => opened);
    const retry = async (runId: string) => {
      const outcome = await opened.retries.retry(runId);
      if (outcome.status !== 'retried') throw new Error(outcome.status);
      return new Map(outcome.deliveries.map((delivery) => [delivery.runId, delivery]));
    };
    const wakeAndClaim = async (runId: string) => claim((await store.wake(runId)) as Delivery);
    /** A running run with a map of four of which these many are created. */
    const mapOfFour = async (created: number) => {
      const parent = await claim(await create());
      const inputs = [0, 1, 2, 3].slice(0, created).map(newChild);
      const children = await store.openCall(parent, newCall({ kind: 'map', children: 4 }), inputs);
      if (children === FENCED) throw new Error('fenced');
      return { parent, children };
    };

    it('ends a map whose first chunk fails again before the next one is reopened', async () => {
      const { parent, children } = await mapOfFour(4);
      await store.suspend(parent, parent.wakes);
      await fail(await claim(children[0] as Delivery));
      await opened.cancellation.cancelMarked(100);
      await fail(await wakeAndClaim(parent.runId));
      const again = await claim((await retry(parent.runId)).get(parent.runId) as Delivery);
      const first = await store.reopenChildren(again, 0, 0, 2);
      expect(first).toMatchObject({ deliveries: [{}, {}], next: 2 });

      await fail(await claim({ runId: children[0]?.runId as string, delivery: 2 }));
      expect(await store.reopenChildren(again, 0, 2, 2)).toEqual({ deliveries: [], next: undefined });
      await store.suspend(again, again.wakes);
      expect(await opened.cancellation.cancelMarked(100)).toEqual({ count: 1, parentsToWake: [parent.runId] });
      const told = await wakeAndClaim(parent.runId);
      // Of this attempt: it is told of the failure, and does not run the children once more.
      expect(told).toMatchObject({ attempt: 2, record: [{ failed: 4, attempt: 2 }] });
      expect(told.record[0]?.outcomeSeq).toBeDefined();
      expect(await store.firstFailure(parent.runId, 0)).toMatchObject({
        runId: children[0]?.runId,
        error: { code: 'E' },
      });
    });

    it('queues the run above a retried one that ended amid the creation of its children', async () => {
      const { parent, children } = await mapOfFour(2);
      const [child] = children as [Delivery];
      await fail(await claim(child));
      await fail(parent);
      await opened.cancellation.cancelMarked(100);

      const deliveries = await retry(child.runId);
      expect([...deliveries.keys()].sort()).toEqual([parent.runId, child.runId].sort());
      const again = await claim(deliveries.get(parent.runId) as Delivery);
      expect(again).toMatchObject({ attempt: 2, record: [{ sealed: false, created: 2, children: 4 }] });
      const rest = await store.addChildren(again, newCall(), [newChild(2), newChild(3)], true);
      if (rest === FENCED) throw new Error('fenced');
      await store.suspend(again, again.wakes);
      for (const delivery of [deliveries.get(child.runId) as Delivery, ...rest])
        await succeed(await claim(delivery), '1');
      expect(await wakeAndClaim(parent.runId)).toMatchObject({ record: [{ sealed: true, failed: 1, attempt: 1 }] });
    });
  });
}
