import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchCreation, BatchOutcome } from './batch-creation.port.js';
import { FENCED } from './run-store.port.js';
import { storeScene, type StoreUnderTest } from './store-scene.contract.js';

/** A store under test, with its batches. */
export interface BatchesUnderTest extends StoreUnderTest {
  readonly batches: BatchCreation;
}

/** What every `BatchCreation` promises, and what every store promises of deduplication keys. */
export function describeBatchCreationContract(name: string, open: () => Promise<BatchesUnderTest>): void {
  describe(`batch creation contract: ${name}`, () => {
    let opened: BatchesUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const { newRun, claim, succeed } = storeScene(() => opened);
    const idsOf = (outcome: BatchOutcome) =>
      outcome.status === 'accepted' ? outcome.runs.map(({ runId }) => runId) : outcome.status;
    const deliveredOf = (outcome: BatchOutcome) =>
      outcome.status === 'accepted' ? outcome.runs.map(({ delivery }) => delivery?.runId) : outcome.status;
    const end = async (runId: string) =>
      expect(await succeed(await claim({ runId, delivery: 1 }), '1')).not.toBe(FENCED);

    it('gives the runs in the order of the batch, each with its delivery', async () => {
      const runs = Array.from({ length: 2_500 }, (_, n) => newRun({ priority: n % 3 }));
      const outcome = await opened.batches.createAll(runs);
      const ids = runs.map(({ id }) => id);
      expect(idsOf(outcome)).toEqual(ids);
      expect(deliveredOf(outcome)).toEqual(ids);
      expect(await opened.store.claim(ids[2_499] as string, 1, opened.workerId)).toMatchObject({ input: { n: 1 } });
    });

    it('covers the whole batch by one idempotency key', async () => {
      const key = randomUUID();
      const first = [newRun(), newRun({ taskId: 'other' })];
      const ids = first.map(({ id }) => id);
      expect(idsOf(await opened.batches.createAll(first, { key, bodyHash: 'a' }))).toEqual(ids);
      const again = await opened.batches.createAll([newRun(), newRun()], { key, bodyHash: 'a' });
      expect([idsOf(again), deliveredOf(again)]).toEqual([ids, [undefined, undefined]]);
      const other = await opened.batches.createAll([newRun()], { key, bodyHash: 'b' });
      expect(other).toEqual({ status: 'key-conflict', runIds: ids });
    });

    it('keeps the key of a batch apart from the same key of a single run', async () => {
      const key = randomUUID();
      await opened.batches.createAll([newRun()], { key, bodyHash: 'a' });
      expect(await opened.store.create(newRun(), { key, bodyHash: 'b' })).toMatchObject({ status: 'created' });
    });

    it('makes one batch of many under one key at once', async () => {
      const claim = { key: randomUUID(), bodyHash: 'a' };
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () => opened.batches.createAll([newRun(), newRun()], claim)),
      );
      expect(new Set(outcomes.map((outcome) => String(idsOf(outcome)))).size).toBe(1);
      expect(outcomes.flatMap(deliveredOf).filter((id) => id !== undefined)).toHaveLength(2);
    });

    it('answers a start under a deduplication key by the unfinished run that has it, and is free once that has ended', async () => {
      const deduplication = { key: randomUUID() };
      const first = newRun({ deduplication });
      expect(await opened.store.create(first)).toMatchObject({ status: 'created' });
      const existing = { status: 'existing', runId: first.id };
      expect(await opened.store.create(newRun({ deduplication, input: '2' }))).toEqual(existing);
      expect(await opened.store.create(newRun({ deduplication, taskId: 'other' }))).toMatchObject({
        status: 'created',
      });
      await end(first.id);
      expect(await opened.store.create(newRun({ deduplication }))).toMatchObject({ status: 'created' });
    });

    it('holds a deduplication key for its ttl, though the run has ended', async () => {
      const deduplication = { key: randomUUID(), ttlMs: 60_000 };
      const first = newRun({ deduplication });
      await opened.store.create(first);
      await end(first.id);
      const again = await opened.store.create(newRun({ deduplication }));
      expect(again).toEqual({ status: 'existing', runId: first.id });
    });

    it('makes one run of many starts under one deduplication key at once', async () => {
      const deduplication = { key: randomUUID() };
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => opened.store.create(newRun({ deduplication }))),
      );
      expect(outcomes.filter(({ status }) => status === 'created')).toHaveLength(1);
      expect(outcomes.filter(({ status }) => status === 'existing')).toHaveLength(19);
    });

    it('gives a run once for each entry of a batch under its deduplication key', async () => {
      const deduplication = { key: randomUUID() };
      const held = newRun({ deduplication: { key: randomUUID() } });
      await opened.store.create(held);
      const [plain, one, other] = [newRun(), newRun({ deduplication }), newRun({ deduplication })];
      const outcome = await opened.batches.createAll([
        plain,
        one,
        other,
        newRun({ deduplication: held.deduplication as never }),
      ]);
      expect(idsOf(outcome)).toEqual([plain.id, one.id, one.id, held.id]);
      expect(deliveredOf(outcome)).toEqual([plain.id, one.id, undefined, undefined]);
    });

    it('answers a repeated request by its idempotency key also when the deduplication key is free again', async () => {
      const [deduplication, idempotency] = [{ key: randomUUID() }, { key: randomUUID(), bodyHash: 'a' }];
      const first = newRun({ deduplication });
      await opened.store.create(first, idempotency);
      await end(first.id);
      const again = await opened.store.create(newRun({ deduplication }), idempotency);
      expect(again).toEqual({ status: 'existing', runId: first.id });
      expect(await opened.store.create(newRun({ deduplication }))).toMatchObject({ status: 'created' });
    });
  });
}
