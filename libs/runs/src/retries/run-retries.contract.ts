import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../store/delivery.js';
import type { RetryRefusal } from './plan-retry.js';
import type { RunCancellation } from '../cancellation/run-cancellation.port.js';
import type { RunRetries } from './run-retries.port.js';
import { newRunId } from '../state/run-id.js';
import { FENCED, type RunStore } from '../store/run-store.port.js';
import { storeScene, type StoreUnderTest } from '../store/store-scene.contract.js';

/** A store under test, and the retries on it. */
export interface RetriesUnderTest extends StoreUnderTest {
  readonly retries: RunRetries;
  readonly cancellation: RunCancellation;
}

/** What every `RunRetries` promises, and its store of a call whose children failed (R6). */
export function describeRunRetriesContract(name: string, open: () => Promise<RetriesUnderTest>): void {
  describe(`run retries contract: ${name}`, () => {
    let opened: RetriesUnderTest;
    let store: RunStore;
    let retries: RunRetries;
    beforeAll(async () => {
      opened = await open();
      ({ store, retries } = opened);
    });
    afterAll(() => opened.close());

    const { newRun, create, claim, newCall, newChild, succeed, fail, openCall } = storeScene(() => opened);
    const retry = async (runId: string): Promise<Delivery> => {
      const outcome = await retries.retry(runId);
      if (outcome.status !== 'retried') throw new Error(outcome.status);
      return outcome.deliveries.find((delivery) => delivery.runId === runId) as Delivery;
    };
    const refused = (reason: RetryRefusal['reason'], runId: string) => ({
      status: 'refused',
      refusal: { reason, runId },
    });
    const anotherAttempt = async (execution: { runId: string; epoch: number }) => {
      const error = { code: 'X', message: 'x' };
      return claim((await store.requeue(execution, { reason: 'retry', error, delayMs: 0 })) as Delivery);
    };
    /** A waiting run with a call of this many children. */
    const waitingParent = async (children: number) => {
      const parent = await claim(await create());
      const deliveries = await openCall(parent, children);
      await store.suspend(parent, parent.wakes);
      return { parentId: parent.runId, children: deliveries };
    };
    const wakeAndClaim = async (runId: string) => claim((await store.wake(runId)) as Delivery);

    it('forgets the failures among the children at the next attempt, and no success', async () => {
      const { parentId, children } = await waitingParent(2);
      await succeed(await claim(children[0] as Delivery), '"kept"');
      await fail(await claim(children[1] as Delivery));
      const seen = await wakeAndClaim(parentId);
      expect(seen).toMatchObject({ memoFrom: undefined, record: [{ failed: 1, attempt: 1 }] });

      const next = await anotherAttempt(seen);
      expect(next).toMatchObject({ attempt: 2, firstAttempt: 1, memoFrom: 0, record: [{ failed: 1, attempt: 1 }] });
      const reopened = await store.reopenChildren(next, 0, 0, 10);
      expect(reopened).toMatchObject({ deliveries: [{ runId: children[1]?.runId, delivery: 2 }], next: undefined });
      await store.suspend(next, next.wakes);

      const child = await claim({ runId: children[1]?.runId as string, delivery: 2 });
      expect(child).toMatchObject({ attempt: 2, firstAttempt: 2, maxAttempts: 2 });
      expect(await succeed(child, '"mended"')).toEqual({ parentToWake: parentId });
      const replay = await wakeAndClaim(parentId);
      expect(replay.record).toMatchObject([{ failed: 0, attempt: 2 }]);
      expect(replay.record[0]?.outcomeSeq).toBeDefined();
      expect(await store.outcomes(parentId, 0, 0, 10)).toMatchObject([{ result: 'kept' }, { result: 'mended' }]);
    });

    it('keeps the failure of a step for its attempt, and takes what the next one makes of it', async () => {
      const step = { seq: 0, kind: 'step', taskId: undefined, key: 's', inputHash: 'h', outcomeSeq: 1 } as const;
      const error = { code: 'E_AWAY', message: 'away', fatal: true };
      const first = await claim(await create());
      await store.recordValue(first, { ...step, value: undefined, error });
      const handedBack = await store.requeue(first, { reason: 'hand-back', delayMs: 0 });
      const replay = await claim(handedBack as Delivery);
      expect(replay).toMatchObject({ memoFrom: undefined, record: [{ seq: 0, attempt: 1, error }] });

      const next = await anotherAttempt(replay);
      expect(next).toMatchObject({ attempt: 2, memoFrom: 0, record: [{ attempt: 1, error }] });
      await store.recordValue(next, { ...step, outcomeSeq: 2, value: '"made"' });
      const again = await store.requeue(next, { reason: 'hand-back', delayMs: 0 });
      const { record } = await claim(again as Delivery);
      expect(record).toMatchObject([{ attempt: 2, outcomeSeq: 2, value: 'made' }]);
      expect(record[0]?.error).toBeUndefined();
    });

    it('keeps the lines of a run that its execution has ended', async () => {
      const { runId, epoch } = await claim(await create());
      await fail({ runId, epoch });
      const line = { n: 1, attempt: 1, at: new Date(), level: 'info', message: 'm', fields: undefined } as const;
      await store.appendLogs({ runId, epoch }, [line]);
      expect(await claim(await retry(runId))).toMatchObject({ lastLog: 1 });
    });

    it('gives a run that is retried its whole time again', async () => {
      const timed = await create({ timeoutMs: 60_000 });
      await fail(await claim(timed));
      const { deadlineInMs } = await claim(await retry(timed.runId));
      expect(deadlineInMs).toBeGreaterThan(30_000);
      expect(deadlineInMs).toBeLessThanOrEqual(60_000);
      const untimed = await create();
      await fail(await claim(untimed));
      expect((await claim(await retry(untimed.runId))).deadlineInMs).toBeUndefined();
    });

    it('keeps for an attempt the failure of a child that went on while it began', async () => {
      const parent = await claim(await create());
      const [child] = await openCall(parent, 1);
      const next = await anotherAttempt(parent);
      await fail(await claim(child as Delivery));
      await store.suspend(next, next.wakes);
      const replay = await wakeAndClaim(parent.runId);
      expect(replay).toMatchObject({ attempt: 2, memoFrom: undefined, record: [{ failed: 1, attempt: 2 }] });
    });

    it('goes on with the next failed child when an execution is lost between two chunks', async () => {
      const { parentId, children } = await waitingParent(5);
      for (const child of children) await fail(await claim(child));
      const lost = await anotherAttempt(await wakeAndClaim(parentId));
      const first = await store.reopenChildren(lost, 0, 0, 2);
      expect(first).toMatchObject({
        deliveries: [{ runId: children[0]?.runId }, { runId: children[1]?.runId }],
        next: 2,
      });
      for (const { runId } of children.slice(0, 2)) await succeed(await claim({ runId, delivery: 2 }), '1');

      const later = await claim((await store.requeue(lost, { reason: 'hand-back', delayMs: 0 })) as Delivery);
      await store.wake(parentId);
      expect(later.record).toMatchObject([{ failed: 3, attempt: 1 }]);
      expect(await store.reopenChildren(lost, 0, 0, 2)).toBe(FENCED);
      const rest = await store.reopenChildren(later, 0, 0, 3);
      expect(rest).toMatchObject({ deliveries: children.slice(2).map(({ runId }) => ({ runId })), next: undefined });
      await store.suspend(later, later.wakes);
      for (const { runId } of children.slice(2)) await succeed(await claim({ runId, delivery: 2 }), '1');
      const again = (await store.wake(parentId)) ?? { runId: parentId, delivery: later.delivery + 1 };
      expect((await claim(again)).record).toMatchObject([{ failed: 0, attempt: 2 }]);
    });

    it('gives a failed run another series of attempts, counted by its policy from there', async () => {
      const { runId, ...delivery } = await create({ maxAttempts: 3 });
      const late = await anotherAttempt(await claim({ runId, ...delivery }));
      await fail(late);
      const retried = await retry(runId);
      expect(retried).toMatchObject({ runId, delivery: late.delivery + 1 });
      expect(await succeed(late, '1')).toBe(FENCED);
      expect(await claim(retried)).toMatchObject({ attempt: 3, firstAttempt: 3, maxAttempts: 5 });
    });

    it('reopens the failed runs above a failed run, each to wait for its own child', async () => {
      const root = await claim(await create());
      const [middle] = await openCall(root, 1);
      await store.suspend(root, root.wakes);
      const inner = await claim(middle as Delivery);
      const [kept, leaf] = await openCall(inner, 2);
      await store.suspend(inner, inner.wakes);
      await succeed(await claim(kept as Delivery), '1');
      await fail(await claim(leaf as Delivery));
      await fail(await wakeAndClaim(inner.runId));
      await fail(await wakeAndClaim(root.runId));

      await succeed(await claim(await retry(leaf?.runId as string)), '2');
      const innerAgain = await wakeAndClaim(inner.runId);
      expect(innerAgain).toMatchObject({
        attempt: 2,
        firstAttempt: 2,
        memoFrom: 0,
        record: [{ failed: 0, attempt: 2 }],
      });
      expect(await store.outcomes(inner.runId, 0, 0, 2)).toMatchObject([{ result: 1 }, { result: 2 }]);
      expect(await succeed(innerAgain, '3')).toEqual({ parentToWake: root.runId });
      expect(await wakeAndClaim(root.runId)).toMatchObject({ attempt: 2, record: [{ failed: 0, attempt: 2 }] });
    });

    it('counts each of several failed siblings that are retried at once', async () => {
      const { parentId, children } = await waitingParent(8);
      for (const child of children) await fail(await claim(child));
      await fail(await wakeAndClaim(parentId));
      const retried = await Promise.all(children.map(({ runId }) => retry(runId)));
      for (const delivery of retried.slice(1)) {
        expect(await succeed(await claim(delivery), '1')).toEqual({ parentToWake: undefined });
      }
      expect(await succeed(await claim(retried[0] as Delivery), '1')).toEqual({ parentToWake: parentId });
      expect(await wakeAndClaim(parentId)).toMatchObject({ attempt: 2, record: [{ failed: 0, attempt: 2 }] });
    });

    it('counts siblings of different calls that are retried at once', async () => {
      const parent = await claim(await create());
      const [one] = await openCall(parent, 1, 0);
      const [two] = await openCall(parent, 1, 1);
      for (const child of [one, two]) await fail(await claim(child as Delivery));
      await store.wake(parent.runId);
      await fail(parent);
      const retried = await Promise.all([one, two].map((child) => retry(child?.runId as string)));
      for (const delivery of retried) await succeed(await claim(delivery), '1');
      const replay = await wakeAndClaim(parent.runId);
      expect(replay.attempt).toBe(2);
      expect(replay.record.map(({ failed, attempt }) => [failed, attempt])).toEqual([
        [0, 2],
        [0, 2],
      ]);
    });

    it('retries once however often it is asked at once', async () => {
      const { runId, ...delivery } = await create();
      await fail(await claim({ runId, ...delivery }));
      const answers = await Promise.all(Array.from({ length: 6 }, () => retries.retry(runId)));
      expect(answers.filter(({ status }) => status === 'retried')).toHaveLength(1);
      expect(await retries.retry(runId)).toEqual(refused('not-ended', runId));
    });

    it('counts a child again whose parent still waits for others', async () => {
      const { parentId, children } = await waitingParent(2);
      await fail(await claim(children[0] as Delivery));
      const retried = await retry(children[0]?.runId as string);
      expect(await succeed(await claim(children[1] as Delivery), '1')).toEqual({ parentToWake: undefined });
      expect(await succeed(await claim(retried), '1')).toEqual({ parentToWake: parentId });
      expect(await wakeAndClaim(parentId)).toMatchObject({ attempt: 1, record: [{ failed: 0, attempt: 1 }] });
    });

    it('refuses a child whose parent goes on and was told of the failure', async () => {
      const { parentId, children } = await waitingParent(1);
      await fail(await claim(children[0] as Delivery));
      await wakeAndClaim(parentId);
      expect(await retries.retry(children[0]?.runId as string)).toEqual(refused('parent-told', parentId));
    });

    it('refuses what has not ended, what succeeded, and what an ancestor succeeded without', async () => {
      const { runId, ...delivery } = await create();
      expect(await retries.retry(runId)).toEqual(refused('not-ended', runId));
      const { parentId, children } = await waitingParent(1);
      await fail(await claim(children[0] as Delivery));
      await succeed(await wakeAndClaim(parentId), '1');
      expect(await retries.retry(children[0]?.runId as string)).toEqual(refused('ancestor-succeeded', parentId));
      await succeed(await claim({ runId, ...delivery }), '1');
      expect(await retries.retry(runId)).toEqual(refused('succeeded', runId));
    });

    it('reopens the rest of a map that its first failure cancelled, and lifts the mark', async () => {
      const parent = await claim(await create());
      const inputs = [newChild(0), newChild(1), newChild(2)];
      const children = (await store.openCall(parent, newCall({ kind: 'map', children: 3 }), inputs)) as Delivery[];
      await store.suspend(parent, parent.wakes);
      await fail(await claim(children[1] as Delivery));
      await opened.cancellation.cancelMarked(100);
      await fail(await wakeAndClaim(parent.runId));

      const again = await claim(await retry(parent.runId));
      expect(again.record).toMatchObject([{ failed: 3, attempt: 1 }]);
      expect(await store.reopenChildren(again, 0, 0, 10)).toMatchObject({ deliveries: [{}, {}, {}], next: undefined });
      await store.suspend(again, again.wakes);
      for (const { runId } of children) await succeed(await claim({ runId, delivery: 2 }), '1');
      expect((await wakeAndClaim(parent.runId)).record).toMatchObject([{ failed: 0, attempt: 2 }]);
    });

    it('retries a cancelled run once all below it have ended, and not before', async () => {
      const parent = await claim(await create());
      const children = await openCall(parent, 2);
      await store.suspend(parent, parent.wakes);
      const running = await claim(children[0] as Delivery);
      await opened.cancellation.cancel(parent.runId);
      await opened.cancellation.cancelMarked(100, parent.runId);
      expect(await retries.retry(parent.runId)).toEqual({ status: 'too-early' });

      await opened.cancellation.cancelExecution(running);
      const again = await claim(await retry(parent.runId));
      expect(again).toMatchObject({ attempt: 2, memoFrom: 0, record: [{ failed: 2, attempt: 1 }] });
    });

    it('refuses a child of a cancelled run', async () => {
      const { parentId, children } = await waitingParent(1);
      await opened.cancellation.cancel(parentId);
      await opened.cancellation.cancelMarked(100, parentId);
      expect(await retries.retry(children[0]?.runId as string)).toEqual(refused('ancestor-cancelled', parentId));
    });

    it('retries once for an idempotency key, and leaves the key of a refusal free', async () => {
      const { runId, ...delivery } = await create();
      const idempotency = { key: 'once', bodyHash: 'a' };
      expect(await retries.retry(runId, idempotency)).toEqual(refused('not-ended', runId));
      await fail(await claim({ runId, ...delivery }));
      const answers = await Promise.all(Array.from({ length: 4 }, () => retries.retry(runId, idempotency)));
      expect(answers.map(({ status }) => status).sort()).toEqual(['repeated', 'repeated', 'repeated', 'retried']);
      expect(await retries.retry(runId, { ...idempotency, bodyHash: 'b' })).toEqual({ status: 'key-conflict' });
    });

    it('takes the deduplication key of its tree again, and refuses while another run has it', async () => {
      const deduplication = { key: newRunId() };
      const first = await claim(await create({ deduplication }));
      await fail(first);
      await retry(first.runId);
      const held = { status: 'existing', runId: first.runId };
      expect(await store.create(newRun({ deduplication }))).toEqual(held);

      const again = await claim({ runId: first.runId, delivery: 2 });
      const [child] = await openCall(again, 1);
      await store.suspend(again, again.wakes);
      await fail(await claim(child as Delivery));
      await fail(await wakeAndClaim(first.runId));
      const next = await create({ deduplication });
      for (const runId of [first.runId, (child as Delivery).runId]) {
        expect(await retries.retry(runId)).toEqual(refused('key-held', next.runId));
      }
      await succeed(await claim(next), '1');
      expect(await retries.retry((child as Delivery).runId)).toMatchObject({ status: 'retried' });
      expect(await store.create(newRun({ deduplication }))).toEqual(held);
    });

    it('knows no run that there is not', async () => {
      expect(await retries.retry(newRunId())).toEqual({ status: 'unknown-run' });
    });
  });
}
