import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClaimedRun } from '../store/claimed-run.js';
import type { Delivery } from '../store/delivery.js';
import type { RunCancellation } from './run-cancellation.port.js';
import { newRunId } from '../state/run-id.js';
import { FENCED, type RunStore } from '../store/run-store.port.js';
import { storeScene, type StoreUnderTest } from '../store/store-scene.contract.js';

export interface CancellationUnderTest extends StoreUnderTest {
  readonly cancellation: RunCancellation;
}

/** What every store promises of cancellation (R8). */
export function describeCancellationContract(name: string, open: () => Promise<CancellationUnderTest>): void {
  describe(`cancellation contract: ${name}`, () => {
    let opened: CancellationUnderTest;
    let store: RunStore;
    let cancellation: RunCancellation;
    beforeAll(async () => {
      opened = await open();
      ({ store, cancellation } = opened);
    });
    afterAll(() => opened.close());

    const { newRun, newCall, newChild, create, claim, succeed, openCall } = storeScene(() => opened);
    const tryClaim = ({ runId, delivery }: Delivery) => store.claim(runId, delivery, opened.workerId);
    const value = { kind: 'step', taskId: undefined, key: 'a', inputHash: 'h', outcomeSeq: 1, value: '1' } as const;
    const fail = (run: { runId: string; epoch: number }) =>
      store.finish({ ...run, status: 'failed', error: { code: 'X', message: 'x' } });
    /** How a call's children ended, in input order. */
    const ends = async (runId: string, seq = 0) => {
      const outcomes = await store.outcomes(runId, seq, 0, 100);
      return outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.error.code : outcome.status));
    };

    it('knows no run that is not there', async () => {
      expect(await cancellation.cancel(newRunId())).toBeUndefined();
    });

    it('cancels once for an idempotency key, and keeps none that has cancelled nothing', async () => {
      const idempotency = { key: newRunId(), bodyHash: 'a' };
      const ended = await claim(await create());
      await succeed(ended, '1');
      expect(await cancellation.cancel(ended.runId, idempotency)).toBe('succeeded');
      expect(await cancellation.cancel(ended.runId, idempotency)).toBe('succeeded');

      const run = await claim(await create());
      expect(await cancellation.cancel(run.runId, idempotency)).toBe('running');
      expect(await cancellation.cancel(run.runId, idempotency)).toBe('cancelled');
      await succeed(run, '1');
      await cancellation.dropMarks(100);
      expect(await cancellation.cancel(run.runId, idempotency)).toBe('cancelled');
      expect(await cancellation.cancel(run.runId)).toBe('succeeded');
    });

    it('lets nobody claim a cancelled run, nor any below it', async () => {
      const root = await claim(await create());
      const [child] = (await openCall(root, 1)) as [Delivery];
      const middle = await claim(child);
      const [grandchild] = (await openCall(middle, 1)) as [Delivery];
      const alone = await create();
      await cancellation.cancel(root.runId);
      await cancellation.cancel(alone.runId);
      expect(await tryClaim(grandchild)).toBeUndefined();
      expect(await tryClaim(alone)).toBeUndefined();
    });

    it('lets a marked run open no call, record no step and start no run, and others go on', async () => {
      const marked = await claim(await create());
      const other = await claim(await create());
      await store.openCall(marked, newCall({ children: 2 }), [newChild(0)]);
      await cancellation.cancel(marked.runId);
      const start = { ...value, kind: 'start', taskId: 'count' } as const;
      expect(await store.openCall(marked, newCall({ seq: 1 }), [newChild(0), newChild(1)])).toBe(FENCED);
      expect(await store.addChildren(marked, newCall(), [newChild(1)], true)).toBe(FENCED);
      expect(await store.recordValue(marked, { ...value, seq: 2 })).toBe(FENCED);
      expect(await store.startRun(marked, { ...start, seq: 3 }, newRun())).toBe(FENCED);
      expect(await store.recordValue(other, { ...value, seq: 0 })).toBeUndefined();
    });

    it('moves what is queued or waiting below a mark, and wakes nobody outside it', async () => {
      const root = await claim(await create());
      const children = (await openCall(root, 3)) as [Delivery, Delivery, Delivery];
      const waiting = await claim(children[0]);
      await openCall(waiting, 2);
      await store.suspend(waiting, 0);
      await store.suspend(root, 0);
      await cancellation.cancel(root.runId);
      const { count } = await cancellation.cancelMarked(100, root.runId);
      expect(count).toBe(6);
      expect(await ends(root.runId)).toEqual(['MR_RUN_CANCELLED', 'MR_RUN_CANCELLED', 'MR_RUN_CANCELLED']);
      expect(await cancellation.cancel(root.runId)).toBe('cancelled');
    });

    it('moves no more at once than it is asked to', async () => {
      const root = await claim(await create());
      await openCall(root, 5);
      await cancellation.cancel(root.runId);
      const counts = [];
      for (let n = 0; n < 4; n += 1) counts.push((await cancellation.cancelMarked(2, root.runId)).count);
      expect(counts).toEqual([2, 2, 1, 0]);
    });

    it('tells which executions are of marked runs', async () => {
      const root = await claim(await create());
      const [child] = (await openCall(root, 1)) as [Delivery];
      const running = await claim(child);
      const other = await claim(await create());
      await cancellation.cancel(root.runId);
      const stopped = await cancellation.stopped([running, other, root]);
      const { runId, epoch } = running;
      expect(stopped).toContainEqual({ runId, epoch, why: 'marked' });
      expect(stopped.filter((found) => found.runId === other.runId)).toEqual([]);
    });

    it('tells which executions have lost their run, and not those that have ended it', async () => {
      const error = { code: 'MR_WORKER_LOST', message: 'gone' };
      const lost = { reason: 'lost', error, delayMs: 0 } as const;
      const [queued, again, ended, own, refused, running] = (await Promise.all(
        Array.from({ length: 6 }, async () => claim(await create({ maxAttempts: 2 }))),
      )) as [ClaimedRun, ClaimedRun, ClaimedRun, ClaimedRun, ClaimedRun, ClaimedRun];
      await store.requeue(queued, lost);
      await claim((await store.requeue(again, lost)) as Delivery);
      await store.finish({ runId: ended.runId, epoch: ended.epoch, status: 'failed', error });
      await succeed(own, '1');
      await fail(refused);
      const stopped = await cancellation.stopped([queued, again, ended, own, refused, running]);
      const byRun = new Map(stopped.map(({ runId, epoch, why }) => [runId, [epoch, why]]));
      expect(byRun).toEqual(new Map([queued, again, ended].map(({ runId, epoch }) => [runId, [epoch, 'lost']])));
    });

    it('moves a running run by its own execution alone, and only when it is marked', async () => {
      const run = await claim(await create());
      expect(await cancellation.cancelExecution(run)).toBe(FENCED);
      await cancellation.cancel(run.runId);
      expect((await cancellation.cancelMarked(100, run.runId)).count).toBe(0);
      const another = { ...run, epoch: run.epoch + 1 };
      // What is asked in one tick goes in one statement.
      const moves = await Promise.all([another, run, another].map((one) => cancellation.cancelExecution(one)));
      expect(moves).toEqual([FENCED, { parentToWake: undefined }, FENCED]);
      expect(await succeed(run, '1')).toBe(FENCED);
      expect(await cancellation.cancel(run.runId)).toBe('cancelled');
    });

    it('lets a result stand that is committed before the move', async () => {
      const run = await claim(await create());
      await cancellation.cancel(run.runId);
      expect(await succeed(run, '1')).not.toBe(FENCED);
      expect(await cancellation.cancelExecution(run)).toBe(FENCED);
      expect(await cancellation.cancel(run.runId)).toBe('succeeded');
    });

    it('ends a child alone, of which its waiting parent is told as of a failure', async () => {
      const parent = await claim(await create());
      const [child] = (await openCall(parent, 1)) as [Delivery];
      await store.suspend(parent, 0);
      await cancellation.cancel(child.runId);
      expect(await cancellation.cancelMarked(100, child.runId)).toEqual({ count: 1, parentsToWake: [parent.runId] });
      const woken = await store.wake(parent.runId);
      expect(await claim(woken as Delivery)).toMatchObject({ runId: parent.runId, epoch: 2 });
      expect(await ends(parent.runId)).toEqual(['MR_RUN_CANCELLED']);
    });

    it('marks the rest of a map with the end of its first failed child', async () => {
      const parent = await claim(await create());
      const children = Array.from({ length: 3 }, (_, index) => newChild(index));
      const map = await store.openCall(parent, newCall({ kind: 'map', children: 3 }), children);
      const [first, second, third] = map as [Delivery, Delivery, Delivery];
      await store.suspend(parent, 0);
      const running = await claim(second);
      await fail(await claim(first));
      expect(await tryClaim(third)).toBeUndefined();
      expect(await cancellation.stopped([running])).toMatchObject([{ why: 'marked' }]);
      expect((await cancellation.cancelMarked(100, parent.runId)).count).toBe(1);
      expect(await cancellation.cancelExecution(running)).toEqual({ parentToWake: parent.runId });
      expect(await ends(parent.runId)).toEqual(['X', 'MR_RUN_CANCELLED', 'MR_RUN_CANCELLED']);
      expect(await store.firstFailure(parent.runId, 0)).toMatchObject({ runId: first.runId, error: { code: 'X' } });
      // The mark is of the call: the parent itself goes on.
      expect(await store.wake(parent.runId)).toBeDefined();
    });

    it('marks nothing when a child of a settled map fails', async () => {
      const parent = await claim(await create());
      const children = Array.from({ length: 2 }, (_, index) => newChild(index));
      const settled = await store.openCall(parent, newCall({ kind: 'map-settled' }), children);
      const [first, second] = settled as [Delivery, Delivery];
      await fail(await claim(first));
      expect(await tryClaim(second)).toBeDefined();
    });

    it('marks the awaited children that a run leaves behind when it ends', async () => {
      const parent = await claim(await create());
      const [queued, other] = (await openCall(parent, 2)) as [Delivery, Delivery];
      const running = await claim(other);
      await succeed(parent, '1');
      expect(await tryClaim(queued)).toBeUndefined();
      expect(await cancellation.stopped([running])).toMatchObject([{ why: 'marked' }]);
    });

    it('does not touch what a cancelled run has started', async () => {
      const run = await claim(await create());
      const entry = { ...value, kind: 'start', taskId: 'count', seq: 0 } as const;
      const started = await store.startRun(run, entry, newRun());
      await cancellation.cancel(run.runId);
      expect(await tryClaim(started as Delivery)).toBeDefined();
    });

    it('keeps a mark as long as anything that it covers is unfinished', async () => {
      while ((await cancellation.dropMarks(100)) > 0);
      const root = await claim(await create());
      const [child] = (await openCall(root, 1)) as [Delivery];
      const running = await claim(child);
      await cancellation.cancel(root.runId);
      await cancellation.cancelExecution(root);
      expect(await cancellation.dropMarks(100)).toBe(0);
      await cancellation.cancelExecution(running);
      expect(await cancellation.dropMarks(100)).toBe(1);
    });
  });
}
