import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeScene, type StoreUnderTest } from '../store/store-scene.contract.js';
import { FENCED } from '../store/run-store.port.js';
import type { WorkerRuns } from './worker-runs.port.js';

export interface WorkerRunsUnderTest extends StoreUnderTest {
  readonly workerRuns: WorkerRuns;
}

/** What every store promises of the runs that a worker has. */
export function describeWorkerRunsContract(name: string, open: () => Promise<WorkerRunsUnderTest>): void {
  describe(`contract of the runs of workers: ${name}`, () => {
    let opened: WorkerRunsUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const { create, claim, succeed, openCall } = storeScene(() => opened);
    const running = async (workerId = opened.workerId) =>
      (await opened.workerRuns.runningOn(workerId, undefined, 1_000)).running;
    const refOf = ({ runId, epoch }: { runId: string; epoch: number }) => ({ runId, epoch });

    it('tells a worker of what is running on it, under which execution, and no other', async () => {
      const { store } = opened;
      await create();
      const held = await claim(await create());
      const again = await store.requeue(await claim(await create()), { reason: 'hand-back', delayMs: 0 });
      if (again === FENCED) throw new Error('fenced');
      expect(await running()).toEqual([refOf(held)]);
      const next = await claim(again);
      expect(next.epoch).toBe(2);
      expect(await running()).toEqual([refOf(held), refOf(next)]);
      expect(await running(randomUUID())).toEqual([]);
    });

    it('tells of none that waits, was queued again or has ended', async () => {
      const { store } = opened;
      const before = await running();
      const [waiting, handedBack, ended] = [
        await claim(await create()),
        await claim(await create()),
        await claim(await create()),
      ];
      expect(await running()).toHaveLength(before.length + 3);
      await openCall(waiting, 1);
      await store.suspend(waiting, waiting.wakes);
      await store.requeue(handedBack, { reason: 'hand-back', delayMs: 0 });
      await succeed(ended, '1');
      expect(await running()).toEqual(before);
    });

    it('goes over all unfinished runs in pages, whoever has them', async () => {
      const all = await running();
      await create();
      const found = [];
      let next: string | undefined;
      do {
        const page = await opened.workerRuns.runningOn(opened.workerId, next, 2);
        expect(page.running.length).toBeLessThanOrEqual(2);
        found.push(...page.running);
        ({ next } = page);
      } while (next !== undefined);
      expect(found).toEqual(all);
    });
  });
}
