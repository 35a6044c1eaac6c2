import { defineTask } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../../engine-on-memory.contract.js';
import { RunProgress } from './run-progress.js';

/** A store that notes what is written, and when. */
function notingStore() {
  const written: { fraction: number; note: string | undefined; at: number }[] = [];
  const reportProgress = async (_: unknown, fraction: number, note: string | undefined) => {
    written.push({ fraction, note, at: performance.now() });
    return undefined;
  };
  return { written, store: { reportProgress } };
}
const execution = { runId: 'run', epoch: 1 };
const never = () => false;

describe('the progress of a run', () => {
  it('is what its task said at last, when the run has ended', async () => {
    const counting = defineTask({
      id: 'counting',
      input: z.object({}),
      result: z.null(),
      async run(_, ctx) {
        for (let n = 0; n <= 1_000; n += 1) ctx.progress(n / 1_000, `${n} of 1000 \u0000`);
        return null;
      },
    });
    const { run } = startEngine([counting]);
    expect(await run(counting, {})).toMatchObject({ progress: { fraction: 1, note: '1000 of 1000 \\u0000' } });
  });

  it('does not go back while a replay says again what was said before', async () => {
    const said: number[] = [];
    const twoSteps = defineTask({
      id: 'two-steps',
      input: z.object({}),
      result: z.null(),
      async run(_, ctx) {
        ctx.progress(0);
        await ctx.invoke(double, { n: 1 });
        ctx.progress(0.5);
        await ctx.invoke(double, { n: 2 });
        ctx.progress(1);
        return null;
      },
    });
    const { run, store } = startEngine([twoSteps, double]);
    const report = store.reportProgress.bind(store);
    store.reportProgress = async (of, fraction, note) => {
      said.push(fraction);
      return report(of, fraction, note);
    };
    await run(twoSteps, {});
    expect(said).toEqual([0, 0.5, 1]);
  });

  it('is written at most four times a second, and at once at the end', async () => {
    const { written, store } = notingStore();
    const progress = new RunProgress(
      execution,
      never,
      store,
      () => silentLogger,
      () => undefined,
    );
    let n = 0;
    const end = performance.now() + 600;
    await waitFor(() => {
      progress.report((n += 1) / 1_000);
      return performance.now() >= end;
    });
    progress.report(1, 'done');
    const flushing = performance.now();
    await progress.flush();
    expect(performance.now() - flushing).toBeLessThan(200);
    expect(written.length).toBeGreaterThan(1);
    expect(written.length).toBeLessThanOrEqual(4);
    expect(written.at(-1)).toMatchObject({ fraction: 1, note: 'done' });
    const gaps = written.slice(1, -1).map(({ at }, index) => at - (written[index]?.at ?? 0));
    expect(gaps.every((gap) => gap > 240)).toBe(true);
  });

  it('fails no run when it cannot be stored', async () => {
    const reporting = defineTask({
      id: 'reporting',
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        ctx.progress(0.5);
        return 'fine';
      },
    });
    const { run, store } = startEngine([reporting]);
    store.reportProgress = () => Promise.reject(new Error('no database'));
    expect(await run(reporting, {})).toMatchObject({ state: 'succeeded', result: 'fine' });
  });

  it.each([-0.1, 1.1, Number.NaN, Infinity, '0.5' as never])('refuses the fraction %s', (fraction) => {
    const progress = new RunProgress(
      execution,
      never,
      notingStore().store,
      () => silentLogger,
      () => undefined,
    );
    expect(() => progress.report(fraction)).toThrow(RangeError);
  });
});
