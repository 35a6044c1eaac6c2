import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionRef } from '../store/claimed-run.js';
import type { Delivery } from '../store/delivery.js';
import { callGate, type Gate, keyGate, rateGate } from './gate.js';
import type { NewRun } from '../store/new-run.js';
import { newRunId } from '../state/run-id.js';
import type { TaskLimits } from './run-limits.port.js';
import { FENCED, type Requeue } from '../store/run-store.port.js';
import { storeScene, type StoreUnderTest } from '../store/store-scene.contract.js';

export interface LimitsUnderTest extends StoreUnderTest {
  /** Puts a task's limits in force. */
  readonly publish: (taskId: string, limits: TaskLimits) => Promise<void>;
}

/** What every store promises of limits. */
export function describeRunLimitsContract(name: string, open: () => Promise<LimitsUnderTest>): void {
  describe(`run limits contract: ${name}`, () => {
    let opened: LimitsUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());
    const scene = storeScene(() => opened);
    const { create, claim, succeed } = scene;

    let tasks = 0;
    /** A task of its own with one key, `concurrencyLimit` runs of which may execute. */
    const limitTo = async (concurrencyLimit: number | undefined) => {
      const taskId = `limited-${(tasks += 1)}`;
      await opened.publish(taskId, { concurrencyLimit, rateLimit: undefined });
      const gate = keyGate(taskId, 'k');
      const add = (fields: Partial<NewRun> = {}) => create({ taskId, gates: [gate], ...fields });
      return { taskId, gate, add };
    };
    const admit = async (gate: Gate) => (await opened.store.admit(gate)).deliveries;
    const admitOne = async (gate: Gate): Promise<Delivery> => {
      const [delivery, ...others] = await admit(gate);
      if (delivery === undefined || others.length > 0) throw new Error('one should have been admitted');
      // Or it would be asked for admission again, instead of being delivered.
      expect(delivery.gate).toBeUndefined();
      return delivery;
    };
    const claimNext = async (gate: Gate) => claim(await admitOne(gate));
    const ids = (deliveries: readonly Delivery[]) => deliveries.map(({ runId }) => runId).sort();
    const requeue = (execution: ExecutionRef, how: Requeue) => opened.store.requeue(execution, how);

    it('lets nobody claim a limited run that was not admitted, by whatever delivery', async () => {
      const { add } = await limitTo(1);
      const { runId, delivery, gate } = await add();
      expect(gate).toBeDefined();
      for (const stale of [delivery - 1, delivery, delivery + 1]) {
        expect(await opened.store.claim(runId, stale, opened.workerId)).toBeUndefined();
      }
    });

    it('admits as many as the limit, and the next ones as those end', async () => {
      const { gate, add } = await limitTo(2);
      const created = [await add(), await add(), await add(), await add()];
      const first = await admit(gate);
      expect(ids(first)).toEqual(ids(created.slice(0, 2)));
      expect(await admit(gate)).toEqual([]);
      const [execution] = await Promise.all(first.map(claim));
      expect(await admit(gate)).toEqual([]);
      await succeed(execution as ExecutionRef, '1');
      expect(ids(await admit(gate))).toEqual(ids(created.slice(2, 3)));
    });

    it('admits by priority, then in the order of creation', async () => {
      const { gate, add } = await limitTo(1);
      const [low, first, second] = [await add(), await add({ priority: 5 }), await add({ priority: 5 })];
      for (const expected of [first, second, low]) {
        const execution = await claimNext(gate);
        expect(execution.runId).toBe(expected.runId);
        await succeed(execution, '1');
      }
    });

    it('keeps the bound when many ask at once', async () => {
      const { gate, add } = await limitTo(3);
      for (let i = 0; i < 12; i += 1) await add();
      const asked = await Promise.all(Array.from({ length: 8 }, () => admit(gate)));
      expect(asked.flat()).toHaveLength(3);
    });

    it('gives a slot back when its run is suspended, retried, snoozed, handed back or lost', async () => {
      const error = { code: 'E', message: 'no' };
      const moves: ((execution: ExecutionRef) => Promise<unknown>)[] = [
        (execution) => opened.store.suspend(execution, 0),
        (execution) => requeue(execution, { reason: 'retry', error, delayMs: 60_000 }),
        (execution) => requeue(execution, { reason: 'snooze', delayMs: 60_000 }),
        (execution) => requeue(execution, { reason: 'hand-back', delayMs: 60_000 }),
        (execution) => requeue(execution, { reason: 'lost', error, delayMs: 60_000 }),
      ];
      const { gate, add } = await limitTo(1);
      for (const move of moves) {
        const { runId } = await add();
        const execution = await claimNext(gate);
        expect(execution.runId).toBe(runId);
        await add();
        expect(await admit(gate)).toEqual([]);
        await move(execution);
        await succeed(await claimNext(gate), '1');
      }
    });

    it('lets a run that comes back arrive at its gate again, under a delivery that no job had', async () => {
      const { gate, add } = await limitTo(1);
      await add();
      const execution = await claimNext(gate);
      const back = await requeue(execution, { reason: 'snooze', delayMs: 0 });
      if (back === FENCED) throw new Error('fenced');
      expect(back.gate).toBeUndefined();
      expect(await opened.store.claim(back.runId, back.delivery, opened.workerId)).toBeUndefined();
      expect(await opened.store.arrive(back.runId, back.delivery)).toBe(gate);
      expect(await opened.store.arrive(back.runId, back.delivery)).toBeUndefined();
      const admitted = await admitOne(gate);
      expect(admitted.delivery).toBeGreaterThan(back.delivery);
      await claim(admitted);
    });

    it('keeps a run out of the queue at its gate until it is due', async () => {
      const { gate, add } = await limitTo(1);
      const later = await add({ dueAt: new Date(Date.now() + 60_000), priority: 9 });
      expect(later.gate).toBeUndefined();
      const now = await add();
      expect((await admitOne(gate)).runId).toBe(now.runId);
    });

    it('does not count or admit an unlimited run', async () => {
      const { gate } = await limitTo(1);
      const { runId, delivery } = await create();
      expect(await opened.store.arrive(runId, delivery)).toBeUndefined();
      expect(await admit(gate)).toEqual([]);
      expect(await claim({ runId, delivery })).toMatchObject({ gates: [] });
    });

    it('puts a limit in force for runs that wait already, and lets all pass once there is none', async () => {
      const { taskId, gate, add } = await limitTo(1);
      for (let i = 0; i < 5; i += 1) await add();
      expect(await admit(gate)).toHaveLength(1);
      await opened.publish(taskId, { concurrencyLimit: 3, rateLimit: undefined });
      expect(await admit(gate)).toHaveLength(2);
      await opened.publish(taskId, { concurrencyLimit: undefined, rateLimit: undefined });
      expect(await admit(gate)).toHaveLength(2);
    });

    it('admits nobody of a task whose limits nobody knows', async () => {
      const gate = keyGate('unpublished', 'k');
      await create({ taskId: 'unpublished', gates: [gate] });
      expect(await admit(gate)).toEqual([]);
    });

    it('takes any text for a key', async () => {
      const taskId = 'odd-keys';
      await opened.publish(taskId, { concurrencyLimit: 1, rateLimit: undefined });
      const gates = ['a:b', '"', '\\', '{},', 'é 漢 😀', "'", 'NULL'].map((key) => keyGate(taskId, key));
      for (const gate of gates) {
        const { runId } = await create({ taskId, gates: [gate] });
        expect((await claimNext(gate)).runId).toBe(runId);
      }
    });

    it('bounds the children of a call, and each by its own key behind that', async () => {
      const { taskId, gate: key } = await limitTo(1);
      const parent = await claim(await create());
      const ofCall = callGate(parent.runId, 0);
      const children = [0, 1, 2].map((index) => ({ ...scene.newChild(index), id: newRunId(), gates: [ofCall, key] }));
      await opened.store.openCall(parent, scene.newCall({ taskId, children: 3, concurrency: 2 }), children);

      expect(await opened.store.admit(ofCall)).toMatchObject({ deliveries: [], onward: [key] });
      expect(await opened.store.admit(ofCall)).toMatchObject({ deliveries: [], onward: [] });
      const first = await claimNext(key);
      expect(first.runId).toBe(children[0]?.id);
      await succeed(first, '1');
      expect(await opened.store.admit(ofCall)).toMatchObject({ onward: [key] });
      await succeed(await claimNext(key), '1');
      await succeed(await claimNext(key), '1');
      expect(await opened.store.admit(ofCall)).toMatchObject({ deliveries: [], onward: [] });
    });

    it('admits no more claims than a rate has, and says how long it is used up', async () => {
      const taskId = 'paced';
      const gate = rateGate(taskId);
      await opened.publish(taskId, { concurrencyLimit: undefined, rateLimit: { max: 2, perMs: 300 } });
      for (let i = 0; i < 3; i += 1) await create({ taskId, gates: [gate] });
      const first = await admit(gate);
      expect(first).toHaveLength(2);
      // Claimed or not, and ended or not: the claims are used.
      await succeed(await claim(first[0] as Delivery), '1');
      const used = await opened.store.admit(gate);
      expect(used.deliveries).toEqual([]);
      expect(used.pauseMs).toBeGreaterThan(100);
      expect(used.pauseMs).toBeLessThanOrEqual(300);
      await waitFor(async () => (await admit(gate)).length === 1);
      await claim(first[1] as Delivery);
    });

    it('names the gates where runs wait, a page at a time', async () => {
      const gates = ['a', 'b', 'c'].map((key) => keyGate('zz-listed', key));
      for (const gate of gates) await create({ taskId: 'zz-listed', gates: [gate] });
      const before = keyGate('zz-listed', '');
      expect(await opened.store.waitedAt(before, 2)).toEqual(gates.slice(0, 2));
      expect(await opened.store.waitedAt(gates[1], 2)).toEqual(gates.slice(2));
    });
  });
}
