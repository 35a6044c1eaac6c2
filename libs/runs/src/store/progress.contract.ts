import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FENCED, type RunProgress } from './run-store.port.js';
import { storeScene, type StoreUnderTest } from './store-scene.contract.js';

/** A store under test, and a way to read what it keeps of a run's progress. */
export interface ProgressUnderTest extends StoreUnderTest {
  readonly progressOf: (runId: string) => Promise<RunProgress | undefined>;
}

/** What every `RunStore` promises of progress. */
export function describeProgressContract(name: string, open: () => Promise<ProgressUnderTest>): void {
  describe(`progress contract: ${name}`, () => {
    let opened: ProgressUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const { create, claim, succeed } = storeScene(() => opened);

    it('keeps the latest report of each run, also when many come at once', async () => {
      const runs = await Promise.all(Array.from({ length: 20 }, async () => claim(await create())));
      await Promise.all(runs.map((run) => opened.store.reportProgress(run, 0.25, 'a quarter')));
      await Promise.all(runs.map((run, index) => opened.store.reportProgress(run, index / 20, undefined)));
      const kept = await Promise.all(runs.map(({ runId }) => opened.progressOf(runId)));
      expect(kept).toEqual(runs.map((_, index) => ({ fraction: index / 20, note: undefined })));
    });

    it('keeps the last of two reports that wait for the same commit', async () => {
      const run = await claim(await create());
      await Promise.all([0.1, 0.2, 0.3].map((fraction) => opened.store.reportProgress(run, fraction, 'going on')));
      expect(await opened.progressOf(run.runId)).toEqual({ fraction: 0.3, note: 'going on' });
    });

    it('drops a report of an execution that lost its run, or of a run that has ended', async () => {
      const late = await claim(await create());
      await opened.store.reportProgress(late, 0.5, 'mine');
      const next = await opened.store.requeue(late, { reason: 'hand-back', delayMs: 0 });
      if (next === FENCED) throw new Error('fenced');
      const current = await claim(next);
      const [refused, kept] = await Promise.all(
        [late, current].map((run) => opened.store.reportProgress(run, 0.9, 'late')),
      );
      expect([refused, kept]).toEqual([FENCED, undefined]);
      expect(await opened.progressOf(late.runId)).toEqual({ fraction: 0.9, note: 'late' });
      await opened.store.reportProgress(current, 0.5, 'mine');
      await succeed(current, '1');
      expect(await opened.store.reportProgress(current, 0.9, 'late')).toBeUndefined();
      expect(await opened.progressOf(late.runId)).toEqual({ fraction: 0.5, note: 'mine' });
    });
  });
}
