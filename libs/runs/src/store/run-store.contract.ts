import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallRecord } from './call.js';
import type { ExecutionRef } from './claimed-run.js';
import type { Delivery } from './delivery.js';
import { FENCED, type RunStore } from './run-store.port.js';
import { storeScene, type StoreUnderTest } from './store-scene.contract.js';

/** What every `RunStore` promises. */
export function describeRunStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`run store contract: ${name}`, () => {
    let opened: StoreUnderTest;
    let store: RunStore;
    beforeAll(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterAll(() => opened.close());

    const { newRun, newCall, newChild, create, claim, succeed, fail, openCall } = storeScene(() => opened);

    it('gives a claimed run its input as it was stored, and the first epoch and attempt', async () => {
      const delivery = await create({ input: '{"text":"\\u0000 \\ud800"}' });
      const claimed = await claim(delivery);
      expect(claimed).toMatchObject({ epoch: 1, attempt: 1, wakes: 0, lastLog: 0, record: [], recordBytes: 0 });
      expect(claimed.input).toEqual({ text: '\u0000 \ud800' });
    });

    it('lets one of many claims of the same delivery win', async () => {
      const { runId, delivery } = await create();
      const claims = await Promise.all(Array.from({ length: 8 }, () => store.claim(runId, delivery, opened.workerId)));
      expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
    });

    it('takes no claim of another delivery than the row has', async () => {
      const { runId, delivery } = await create();
      expect(await store.claim(runId, delivery + 1, opened.workerId)).toBeUndefined();
    });

    it('answers a repeated idempotency key with the same run, and another body with a conflict', async () => {
      const key = randomUUID();
      const first = newRun();
      await store.create(first, { key, bodyHash: 'a' });
      expect(await store.create(newRun(), { key, bodyHash: 'a' })).toEqual({ status: 'existing', runId: first.id });
      expect(await store.create(newRun(), { key, bodyHash: 'b' })).toEqual({ status: 'key-conflict', runId: first.id });
    });

    it('makes one run of many creations under one key at once', async () => {
      const key = randomUUID();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.create(newRun(), { key, bodyHash: 'a' })),
      );
      expect(outcomes.filter(({ status }) => status === 'created')).toHaveLength(1);
      expect(outcomes.filter(({ status }) => status === 'existing')).toHaveLength(19);
    });

    it('refuses every late write of an execution that lost its run', async () => {
      const late = await claim(await create());
      const next = await store.requeue(late, { reason: 'lost', error: { code: 'X', message: 'x' }, delayMs: 0 });
      if (next === FENCED) throw new Error('fenced');
      await claim(next);
      expect(await succeed(late, '1')).toBe(FENCED);
      expect(await store.suspend(late, 0)).toBe(FENCED);
      expect(await store.requeue(late, { reason: 'hand-back', delayMs: 0 })).toBe(FENCED);
      expect(await store.openCall(late, newCall(), [newChild(0), newChild(1)])).toBe(FENCED);
    });

    it.each([
      ['result', (execution: ExecutionRef) => succeed(execution, '1')],
      ['failure', (execution: ExecutionRef) => fail(execution)],
      ['suspension', (execution: ExecutionRef) => store.suspend(execution, 0)],
      ['hand-back', (execution: ExecutionRef) => store.requeue(execution, { reason: 'hand-back', delayMs: 0 })],
    ])('refuses a late %s that comes at once with that of the execution which has the run', async (_, write) => {
      const late = await claim(await create());
      const next = await store.requeue(late, { reason: 'hand-back', delayMs: 0 });
      if (next === FENCED) throw new Error('fenced');
      const present = await claim(next);
      // What is asked in one tick goes in one statement.
      const [answered, refused] = await Promise.all([write(present), write(late)]);
      expect(answered).not.toBe(FENCED);
      expect(refused).toBe(FENCED);
    });

    it('answers a second end by the same execution as ended', async () => {
      const run = await claim(await create());
      expect(await succeed(run, '1')).not.toBe(FENCED);
      expect(await succeed(run, '1')).not.toBe(FENCED);
    });

    it('ends a run whose ticket its service has not used, answers one whose ticket it has, and neither for who has lost it', async () => {
      const [unused, used, lost] = [
        await claim(await create()),
        await claim(await create()),
        await claim(await create()),
      ];
      await succeed(used, '1');
      const taken = await store.requeue(lost, { reason: 'hand-back', delayMs: 0 });
      const owner = await claim(taken as Delivery);
      const ended = await Promise.all(
        [unused, used, lost].map((run) =>
          store.finish({ runId: run.runId, epoch: run.epoch, status: 'succeeded', result: '2', ticketed: true }),
        ),
      );
      expect(ended).toEqual([{ parentToWake: undefined }, { parentToWake: undefined }, FENCED]);
      // Still to be had by whom it belongs to, and the other is not.
      expect(await succeed(owner, '3')).not.toBe(FENCED);
      expect(await store.requeue(unused, { reason: 'hand-back', delayMs: 0 })).toBe(FENCED);
    });

    it('uses up an attempt by a retry, and none by a snooze or a hand-back', async () => {
      let run = await claim(await create());
      const attempts: number[] = [];
      for (const requeue of [
        { reason: 'snooze', delayMs: 0 },
        { reason: 'hand-back', delayMs: 0 },
        { reason: 'retry', error: { code: 'X', message: 'x' }, delayMs: 0 },
      ] as const) {
        const delivery = await store.requeue(run, requeue);
        if (delivery === FENCED) throw new Error('fenced');
        run = await claim(delivery);
        attempts.push(run.attempt);
      }
      expect(attempts).toEqual([1, 1, 2]);
      expect(run.epoch).toBe(4);
    });

    it('wakes a waiting parent once all children of its call have ended, with their outcomes in input order', async () => {
      const parent = await claim(await create());
      const [first, second] = await openCall(parent, 2);
      expect(await store.suspend(parent, parent.wakes)).toBe('waiting');

      const late = await claim(second as never);
      expect(await store.finish({ ...late, status: 'failed', error: { code: 'E', message: 'no' } })).toEqual({
        parentToWake: undefined,
      });
      const last = await succeed(await claim(first as never), '"one"');
      expect(last).toEqual({ parentToWake: parent.runId });

      const delivery = await store.wake(parent.runId);
      expect(delivery).toMatchObject({ runId: parent.runId, delivery: parent.delivery + 1 });
      const replay = await claim(delivery as never);
      expect(replay).toMatchObject({ epoch: 2, wakes: 1, attempt: 1 });
      expect(replay.record).toMatchObject([
        { seq: 0, kind: 'map-settled', sealed: true, children: 2 } satisfies Partial<CallRecord>,
      ]);
      expect(replay.record[0]?.outcomeSeq).toBeDefined();
      expect(await store.outcomes(parent.runId, 0, 0, 10)).toMatchObject([
        { status: 'succeeded', result: 'one' },
        { status: 'failed', error: { code: 'E' } },
      ]);
    });

    it('queues a parent at once that suspends after its children have ended', async () => {
      const parent = await claim(await create());
      const [child] = await openCall(parent, 1);
      await succeed(await claim(child as never), '1');
      expect(await store.wake(parent.runId)).toBeUndefined();
      expect(await store.suspend(parent, parent.wakes)).toMatchObject({ delivery: parent.delivery + 1 });
    });

    it('says what was logged before the last suspension of the attempt', async () => {
      const parent = await claim(await create());
      expect(parent.loggedWakes).toBeUndefined();
      const [child] = await openCall(parent, 1);
      await store.suspend(parent, parent.wakes);
      await succeed(await claim(child as never), '1');
      const replay = await claim((await store.wake(parent.runId)) as never);
      expect(replay.loggedWakes).toBe(0);
      const error = { code: 'X', message: 'x' };
      const retry = await store.requeue(replay, { reason: 'retry', error, delayMs: 0 });
      expect((await claim(retry as never)).loggedWakes).toBeUndefined();
    });

    it('wakes a run once however often it is told', async () => {
      const parent = await claim(await create());
      const [child] = await openCall(parent, 1);
      await store.suspend(parent, parent.wakes);
      await succeed(await claim(child as never), '1');
      const deliveries = await Promise.all([
        store.wake(parent.runId),
        store.wake(parent.runId),
        store.wake(parent.runId),
      ]);
      expect(deliveries.filter((delivery) => delivery !== undefined)).toHaveLength(1);
    });

    it('orders outcomes by when the run was told of them', async () => {
      const parent = await claim(await create());
      const [first] = await openCall(parent, 1, 0);
      const [second] = await openCall(parent, 1, 1);
      await succeed(await claim(second as never), '2');
      await store.wake(parent.runId);
      await succeed(await claim(first as never), '1');
      await store.wake(parent.runId);
      const delivery = await store.suspend(parent, parent.wakes);
      const { record } = await claim(delivery as never);
      expect(record[1]?.outcomeSeq).toBeLessThan(record[0]?.outcomeSeq as number);
    });

    it('counts from the start the children that are not created yet', async () => {
      const parent = await claim(await create());
      const call = newCall({ children: 3 });
      const first = (await store.openCall(parent, call, [newChild(0)])) as readonly {
        runId: string;
        delivery: number;
      }[];
      expect(await succeed(await claim(first[0] as never), '0')).toEqual({ parentToWake: undefined });
      const rest = await store.addChildren(parent, call, [newChild(1), newChild(2)], true);
      const ends = [];
      for (const child of rest as never[]) ends.push(await succeed(await claim(child), '0'));
      expect(ends).toEqual([{ parentToWake: undefined }, { parentToWake: parent.runId }]);
    });

    it('gives outcomes a page at a time, and the bytes of all results and errors', async () => {
      const parent = await claim(await create());
      const children = await openCall(parent, 3);
      for (const [index, child] of children.entries()) await succeed(await claim(child), String(index));
      expect(await store.outcomes(parent.runId, 0, 1, 1)).toMatchObject([{ status: 'succeeded', result: 1 }]);
      expect(await store.outcomes(parent.runId, 0, 2, 10)).toMatchObject([{ result: 2 }]);
      expect(await store.resultBytes(parent.runId, 0)).toBe(3);
      expect(await store.firstFailure(parent.runId, 0)).toBeUndefined();
      const [failing] = await openCall(parent, 1, 1);
      await fail(await claim(failing as Delivery));
      expect(await store.resultBytes(parent.runId, 1)).toBe('{"code":"E","message":"no"}'.length);
    });

    it('records a value once, and gives it to the next execution', async () => {
      const run = await claim(await create());
      const step = { kind: 'step', taskId: undefined, inputHash: 'h' } as const;
      await store.recordValue(run, { ...step, seq: 0, key: 'a', outcomeSeq: 1, value: '{"n":1}' });
      await store.recordValue(run, { ...step, seq: 1, key: 'nothing', outcomeSeq: 2, value: undefined });
      const delivery = await store.requeue(run, { reason: 'hand-back', delayMs: 0 });
      const { record } = await claim(delivery as never);
      expect(record).toMatchObject([
        { seq: 0, kind: 'step', key: 'a', outcomeSeq: 1, value: { n: 1 } },
        { seq: 1, kind: 'step', key: 'nothing', outcomeSeq: 2, value: undefined },
      ]);
      expect(await store.recordValue(run, { ...step, seq: 2, key: 'late', outcomeSeq: 3, value: '1' })).toBe(FENCED);
    });

    it('starts a run that is a root of its own', async () => {
      const run = await claim(await create());
      const started = newRun({ trigger: 'call' });
      const value = { seq: 0, kind: 'start', taskId: 'count', key: undefined, inputHash: 'h', outcomeSeq: 1 } as const;
      const delivery = await store.startRun(run, { ...value, value: JSON.stringify(started.id) }, started);
      expect(delivery).toMatchObject({ runId: started.id, delivery: 1 });
      expect(await claim(delivery as never)).toMatchObject({ rootId: started.id });
      await succeed(run, '1');
      expect(await store.startRun(run, { ...value, seq: 1, value: '"x"' }, newRun())).toBe(FENCED);
    });

    it('says how far an unsealed call got', async () => {
      const parent = await claim(await create());
      await store.openCall(parent, newCall({ children: 3 }), [newChild(0)]);
      const delivery = await store.requeue(parent, { reason: 'hand-back', delayMs: 0 });
      const { record } = await claim(delivery as never);
      expect(record).toMatchObject([{ sealed: false, created: 1, children: 3 }]);
    });

    it('drops the late lines of a run that was handed back', async () => {
      const run = await claim(await create());
      const line = { n: 1, attempt: 1, at: new Date(), level: 'info', message: 'm', fields: undefined } as const;
      const back = await store.requeue(run, { reason: 'hand-back', delayMs: 0 });
      expect(await store.appendLogs(run, [line])).toBe(FENCED);
      expect((await claim(back as never)).lastLog).toBe(0);
    });

    it('numbers log lines per run and drops those of a fenced execution', async () => {
      const run = await claim(await create());
      const line = { attempt: 1, at: new Date(), level: 'info', fields: '{"a":"\\u0000"}' } as const;
      await store.appendLogs(run, [{ ...line, n: 1, message: 'one' }]);
      const delivery = await store.requeue(run, { reason: 'hand-back', delayMs: 0 });
      const next = await claim(delivery as never);
      const sent = [run, next].map((execution) => store.appendLogs(execution, [{ ...line, n: 2, message: 'late' }]));
      expect(await Promise.all(sent)).toEqual([FENCED, undefined]);
      const again = await store.requeue(next, { reason: 'hand-back', delayMs: 0 });
      expect(await claim(again as never)).toMatchObject({ lastLog: 2 });
    });
  });
}
