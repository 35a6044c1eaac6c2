import { randomUUID } from 'node:crypto';
import type { JobPayload, RunDelivery } from '@millrace/contracts';
import type { Delivery } from '@millrace/runs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryHandler } from './delivery-handler.port.js';
import { DeliveryInbox, Gate } from './delivery-inbox.contract.js';
import type { TaskQueue } from './task-queue.port.js';

/** One implementation, opened for one test. Its queues are empty. */
export interface OpenTaskQueue {
  readonly queue: TaskQueue;
  /** Hands the jobs of a queue to the handler, one at a time; resolves when jobs are being taken, to how to stop. */
  work(queue: string, handler: DeliveryHandler): Promise<() => Promise<void>>;
  /** Loses all jobs, as an operator or a server without its disk may. */
  lose(): Promise<void>;
  close(): Promise<void>;
}

export interface TaskQueueHarness {
  /** @param batchSizes runs that a batch takes, by the tasks that have batches */
  readonly open: (batchSizes?: ReadonlyMap<string, number>) => Promise<OpenTaskQueue>;
  /** Whether `deliverChildren` makes a flow, whose parent job follows its children. */
  readonly flows: boolean;
  /** A queue on a backend that accepts connections and answers nothing; undefined where there is no backend. */
  readonly openUnanswered?: () => Promise<Pick<OpenTaskQueue, 'queue' | 'close'>>;
}

/** What every `TaskQueue` does; each implementation runs it. */
export function describeTaskQueueContract(name: string, { open, flows, openUnanswered }: TaskQueueHarness): void {
  describe(`${name} keeps the contract of TaskQueue`, () => {
    let opened: OpenTaskQueue;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('hands a delivery to whoever works its queue, and to nobody else', async () => {
      const reports = new DeliveryInbox();
      const loads = new DeliveryInbox();
      await opened.work('reports', reports);
      await opened.work('load', loads);
      const report = aDelivery({ queue: 'reports' });
      const load = aDelivery({ queue: 'load' });

      await opened.queue.deliver([report, load]);

      expect(await reports.take(1)).toEqual([runs(report)]);
      expect(await loads.take(1)).toEqual([runs(load)]);
    });

    it('handles a delivery once, however often it is delivered', async () => {
      const inbox = new DeliveryInbox();
      const delivery = aDelivery();
      const next = aDelivery();
      await opened.queue.deliver([delivery]);
      await opened.queue.deliver([delivery]);
      await opened.work('default', inbox);
      await inbox.take(1);
      await untilEnded(opened.queue, delivery);

      await opened.queue.deliver([delivery]);
      await opened.queue.deliver([next]);

      expect(await inbox.take(1)).toEqual([runs(next)]);
      expect(inbox.waiting).toBe(0);
    });

    it('hands a run over again under its next delivery number, although the job of the last one has ended', async () => {
      const inbox = new DeliveryInbox();
      await opened.work('default', inbox);
      const first = aDelivery();
      await opened.queue.deliver([first]);
      await inbox.take(1);
      await untilEnded(opened.queue, first);

      const second = { ...first, delivery: first.delivery + 1 };
      await opened.queue.deliver([second]);

      expect(await inbox.take(1)).toEqual([runs(second)]);
    });

    it('hands out higher priorities first, and equal ones in the order they came', async () => {
      const ordinary = [aDelivery(), aDelivery()];
      const urgent = [aDelivery({ priority: 10 }), aDelivery({ priority: 10 })];
      const idle = aDelivery({ priority: -5 });
      await opened.queue.deliver([idle, ...ordinary, ...urgent]);

      const inbox = new DeliveryInbox();
      await opened.work('default', inbox);

      expect(await inbox.take(5)).toEqual([...urgent, ...ordinary, idle].map(runs));
    });

    it('hands nothing out before it is due', async () => {
      const inbox = new DeliveryInbox();
      await opened.work('default', inbox);
      const dueAt = new Date(Date.now() + 200);

      await opened.queue.deliver([aDelivery({ dueAt })]);

      await inbox.take(1);
      expect(Date.now()).toBeGreaterThanOrEqual(dueAt.getTime());
    });

    it('takes no deliveries, and more than one page of them', async () => {
      await opened.queue.deliver([]);
      const deliveries = Array.from({ length: 2_500 }, () => aDelivery());

      await opened.queue.deliver(deliveries);

      expect(await opened.queue.missing(deliveries)).toEqual([]);
    });

    it('finds the job of each of many deliveries made at the same time', async () => {
      const deliveries = Array.from({ length: 25 }, () => aDelivery());

      await Promise.all(deliveries.map((delivery) => opened.queue.deliver([delivery])));

      expect(await opened.queue.missing(deliveries)).toEqual([]);
      const inbox = new DeliveryInbox();
      await opened.work('default', inbox);
      expect((await inbox.take(25)).map(runIdOf).sort()).toEqual(deliveries.map(({ runId }) => runId).sort());
      await expect.poll(() => opened.queue.missing(deliveries)).toEqual(deliveries);
    });

    it('lets no run hold up those that were delivered with it', async () => {
      const held = new Gate();
      const deliveries = Array.from({ length: 10 }, () => aDelivery());
      await opened.queue.deliver(deliveries);
      const started = new DeliveryInbox(() => undefined, held.opened);
      await opened.work('default', started);
      await started.take(1);

      await opened.work('default', started);
      await opened.work('default', started);

      // Each worker takes one at a time.
      expect(new Set((await started.take(2)).map(runIdOf)).size).toBe(2);
      held.open();
      await started.take(7);
    });

    describe('of a task that has batches', () => {
      const taskId = 'batched';
      beforeEach(async () => {
        await opened.close();
        opened = await open(new Map([[taskId, 20]]));
      });

      it('hands over runs that were delivered together all at once, as many as a batch takes', async () => {
        const deliveries = Array.from({ length: 45 }, () => aDelivery({ taskId }));
        const others = [aDelivery(), aDelivery({ taskId, dueAt: new Date(Date.now() + 60_000) })];
        await opened.queue.deliver([...deliveries, ...others]);
        const inbox = new DeliveryInbox(undefined, undefined, [taskId]);
        await opened.work('default', inbox);

        const taken = await inbox.take(4);
        expect(
          taken
            .map(runsOf)
            .map(({ length }) => length)
            .sort(),
        ).toEqual([1, 20, 20, 5]);
        const named = taken.flatMap(runsOf).map(([runId]) => runId);
        const due = [...deliveries, ...others.slice(0, 1)];
        expect(named.sort()).toEqual(due.map(({ runId }) => runId).sort());
      });

      it('finds the job of each of them until it has ended, and takes it again by the next number', async () => {
        const held = new Gate();
        const deliveries = Array.from({ length: 45 }, () => aDelivery({ taskId }));
        const strangers = Array.from({ length: 5 }, () => aDelivery({ taskId }));
        await opened.queue.deliver(deliveries);
        const all = [...deliveries, ...strangers];
        expect(await opened.queue.missing(all)).toEqual(strangers);
        expect(await opened.queue.missing(deliveries.map((one) => ({ ...one, delivery: 2 })))).toHaveLength(45);

        const inbox = new DeliveryInbox(undefined, held.opened, [taskId]);
        await opened.work('default', inbox);
        await inbox.take(1);
        expect(await opened.queue.missing(all)).toEqual(strangers);
        held.open();
        await expect.poll(() => opened.queue.missing(deliveries)).toEqual(deliveries);

        const again = deliveries.map((one) => ({ ...one, delivery: 2 }));
        await opened.queue.deliver(again);
        await inbox.take(5);
        await expect.poll(() => opened.queue.missing(again)).toEqual(again);
      });

      it('hands over its runs one by one to who takes no lists', async () => {
        const deliveries = Array.from({ length: 5 }, () => aDelivery({ taskId }));
        await opened.queue.deliver(deliveries);
        const inbox = new DeliveryInbox();
        await opened.work('default', inbox);
        expect((await inbox.take(5)).map(runIdOf).sort()).toEqual(deliveries.map(({ runId }) => runId).sort());
      });
    });

    it('says which deliveries have no unfinished job', async () => {
      const held = new Gate();
      const [active, completed, failed] = [aDelivery(), aDelivery(), aDelivery()];
      const delayed = aDelivery({ queue: 'other', dueAt: new Date(Date.now() + 60_000) });
      const waiting = aDelivery({ queue: 'other' });
      const never = aDelivery();
      await opened.queue.deliver([completed, failed, active, delayed, waiting]);
      const started = new DeliveryInbox();
      await opened.work('default', {
        async handle(payload, onCalled) {
          if (isFor(payload, failed)) throw new Error('the handler of this job rejects');
          if (!isFor(payload, active)) return;
          const settled = onCalled?.();
          await started.handle(payload);
          await held.opened;
          settled?.();
        },
      });
      await started.take(1);

      const all = [active, completed, failed, delayed, waiting, never];
      await expect.poll(() => opened.queue.missing(all)).toEqual([completed, failed, never]);
      held.open();
    });

    it('keeps a sentinel for each queue, the last one given', async () => {
      await opened.queue.setSentinels(['default', 'reports'], 'first');
      await opened.queue.setSentinels(['reports'], 'second');

      const sentinels = await opened.queue.sentinels(['default', 'reports', 'load']);

      expect(Object.fromEntries(sentinels)).toEqual({ default: 'first', reports: 'second' });
      expect(await opened.queue.sentinels([])).toEqual(new Map());
    });

    it('has no sentinel any more when it has lost its jobs, and takes all of them again', async () => {
      const deliveries = [aDelivery(), aDelivery({ dueAt: new Date(Date.now() + 60_000) })];
      await opened.queue.setSentinels(['default'], 'before');
      await opened.queue.deliver(deliveries);

      await opened.lose();

      expect(await opened.queue.sentinels(['default'])).toEqual(new Map());
      expect(await opened.queue.missing(deliveries)).toEqual(deliveries);
      await opened.queue.setSentinels(['default'], 'after');
      await opened.queue.deliver(deliveries);
      expect(await opened.queue.missing(deliveries)).toEqual([]);
      expect(await opened.queue.sentinels(['default'])).toEqual(new Map([['default', 'after']]));
    });

    it('answers a ping', async () => {
      await expect(opened.queue.ping()).resolves.toBeUndefined();
    });

    const parent = { runId: randomUUID(), delivery: 3, seq: 1, taskId: 'fleet-summary', queue: 'default' };
    const wake: JobPayload = { kind: 'wake', run: parent.runId };

    it('hands out every child of a call, once, also when they are delivered again', async () => {
      const inbox = new DeliveryInbox();
      const children = Array.from({ length: 50 }, () => aDelivery({ queue: 'reports' }));
      await opened.queue.deliverChildren(parent, children);
      await opened.queue.deliverChildren(parent, children);
      await opened.work('reports', inbox);

      const taken = await inbox.take(children.length);

      expect(new Set(taken.map(runIdOf))).toEqual(new Set(children.map((child) => child.runId)));
      expect(inbox.waiting).toBe(0);
    });

    if (flows) {
      it('wakes the parent after its last child, also when a child has failed', async () => {
        const children = Array.from({ length: 10 }, () => aDelivery());
        const inbox = new DeliveryInbox((payload) => {
          if (isFor(payload, children[4])) throw new Error('the handler of this job rejects');
        });
        await opened.work('default', inbox);

        await opened.queue.deliverChildren(parent, children);

        const taken = await inbox.take(children.length + 1);
        expect(taken.at(-1)).toEqual(wake);
        expect(taken.filter((payload) => payload.kind === 'runs')).toHaveLength(children.length);
      });
    }

    if (openUnanswered !== undefined) {
      it('rejects within its time limit when the backend answers nothing', async () => {
        const unanswered = await openUnanswered();
        const unavailable = expect.objectContaining({ code: 'MR_QUEUE_UNAVAILABLE' }) as unknown;
        const { queue } = unanswered;
        try {
          await expect(queue.deliver([aDelivery()])).rejects.toEqual(unavailable);
          await expect(queue.deliverChildren(parent, [aDelivery()])).rejects.toEqual(unavailable);
          await expect(queue.missing([aDelivery()])).rejects.toEqual(unavailable);
          await expect(queue.sentinels(['default'])).rejects.toEqual(unavailable);
          await expect(queue.ping()).rejects.toEqual(unavailable);
        } finally {
          await unanswered.close();
        }
      });
    }
  });
}

function aDelivery(given: Partial<Delivery> = {}): Delivery {
  return {
    runId: randomUUID(),
    delivery: 1,
    taskId: 'hello',
    queue: 'default',
    priority: 0,
    dueAt: new Date(),
    ...given,
  };
}

function runs({ runId, delivery }: Delivery): JobPayload {
  return { kind: 'runs', runs: [[runId, delivery]] };
}

function runsOf(payload: JobPayload): readonly RunDelivery[] {
  return payload.kind === 'runs' ? payload.runs : [];
}

function runIdOf(payload: JobPayload): string | undefined {
  return runsOf(payload)[0]?.[0];
}

function isFor(payload: JobPayload, delivery: Delivery | undefined): boolean {
  return delivery !== undefined && runIdOf(payload) === delivery.runId;
}

async function untilEnded(queue: TaskQueue, delivery: Delivery): Promise<void> {
  await expect.poll(() => queue.missing([delivery])).toEqual([delivery]);
}
