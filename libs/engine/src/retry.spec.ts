import { RunState } from '@millrace/runs';
import { defineTask, FatalError } from '@millrace/sdk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from './engine-on-memory.contract.js';

/** Vehicles whose report fails until they are repaired, and what ran. */
function fleet() {
  const broken = new Set<string>();
  const ran: string[] = [];
  const vehicleReport = defineTask({
    id: 'vehicle-report',
    input: z.string(),
    result: z.string(),
    async run(vehicle) {
      ran.push(vehicle);
      if (broken.has(vehicle)) throw new FatalError(`${vehicle} is broken`);
      return `report of ${vehicle}`;
    },
  });
  const publishPartial = defineTask({
    id: 'publish-partial',
    input: z.array(z.string()),
    result: z.string(),
    async run(): Promise<string> {
      ran.push('partial');
      throw new FatalError('nobody takes a partial report');
    },
  });
  const publishFull = defineTask({
    id: 'publish-full',
    input: z.array(z.string()),
    result: z.string(),
    async run(reports) {
      ran.push('full');
      return reports.join(', ');
    },
  });
  const fleetReport = defineTask({
    id: 'fleet-report',
    input: z.array(z.string()),
    result: z.string(),
    async run(fleetOf, ctx) {
      const vehicles = await ctx.step('list vehicles', async () => {
        ran.push('list');
        return fleetOf;
      });
      const outcomes = await ctx.mapSettled(vehicleReport, vehicles);
      const reports = outcomes.flatMap((outcome) => (outcome.status === 'succeeded' ? [outcome.result] : []));
      return ctx.branch(reports.length < outcomes.length ? 'partial' : 'full', {
        partial: () => ctx.invoke(publishPartial, reports),
        full: () => ctx.invoke(publishFull, reports),
      });
    },
  });
  const above = defineTask({
    id: 'above',
    input: z.array(z.string()),
    result: z.string(),
    run: async (vehicles, ctx) =>
      `${(await ctx.invoke(double, { n: 1 })) + 0}: ${await ctx.invoke(fleetReport, vehicles)}`,
  });
  return {
    broken,
    ran,
    fleetReport,
    above,
    tasks: [vehicleReport, publishPartial, publishFull, fleetReport, above, double],
  };
}

describe('a retry', () => {
  it('of the root runs again what failed and nothing that succeeded, and takes the other arm after a repair', async () => {
    const { broken, ran, fleetReport, tasks } = fleet();
    broken.add('b').add('d');
    const { run, retrier, ended, record } = startEngine(tasks);
    const { runId, ...failed } = await run(fleetReport, ['a', 'b', 'c', 'd']);
    expect(failed).toMatchObject({ state: RunState.failed, attempt: 1 });

    broken.clear();
    ran.length = 0;
    expect(await retrier.retry(runId)).toEqual({ existing: false });
    expect(await ended(runId)).toMatchObject({
      state: RunState.succeeded,
      result: 'report of a, report of b, report of c, report of d',
      attempt: 2,
      attempts: [{ attempt: 1, state: 'failed', error: { code: 'MR_TASK_FAILED' } }],
    });
    expect(ran.sort()).toEqual(['b', 'd', 'full']);
    expect(record(runId).map(({ kind, key }) => key ?? kind)).toEqual([
      ...['list vehicles', 'map-settled', 'partial', 'invoke'],
      ...['full', 'invoke'],
    ]);
  });

  it('of the root asks a failed child of the memo again when the other arm is not to be had', async () => {
    const { broken, ran, fleetReport, tasks } = fleet();
    broken.add('b');
    const { run, retrier, ended, record } = startEngine(tasks);
    const { runId } = await run(fleetReport, ['a', 'b']);
    for (const attempt of [2, 3]) {
      ran.length = 0;
      await retrier.retry(runId);
      expect(await ended(runId)).toMatchObject({ state: RunState.failed, attempt });
      expect(ran).toEqual(['b', 'partial']);
    }
    expect(record(runId)).toHaveLength(4);
  });

  it('of a failed grandchild reopens the way up to the root, which succeeds with what it kept', async () => {
    const { broken, ran, above, tasks } = fleet();
    broken.add('b');
    const { run, retrier, ended, store, record } = startEngine(tasks);
    const { runId } = await run(above, ['a', 'b']);
    const [below] = await store.outcomes(runId, 1, 0, 1);
    const [, grandchild] = await store.outcomes(below?.runId as string, 1, 0, 2);
    broken.clear();
    ran.length = 0;
    await retrier.retry(grandchild?.runId as string);
    expect(await ended(runId)).toMatchObject({
      state: RunState.succeeded,
      result: '2: report of a, report of b',
      attempt: 2,
    });
    expect(ran).toEqual(['b', 'full']);
    expect(record(runId).map(({ failed }) => failed)).toEqual([0, 0]);
  });

  it('does not do a step again that was done', async () => {
    const effects: string[] = [];
    let fails = true;
    const stepping = defineTask({
      id: 'stepping',
      input: z.null(),
      result: z.array(z.string()),
      async run(_, ctx) {
        await ctx.step('first', async () => void effects.push('first'));
        await ctx.step('second', async () => {
          effects.push('second');
          if (fails) throw new FatalError('not yet');
        });
        return effects;
      },
    });
    const { run, retrier, ended } = startEngine([stepping]);
    const { runId } = await run(stepping, null);
    fails = false;
    await retrier.retry(runId);
    expect(await ended(runId)).toMatchObject({ result: ['first', 'second', 'second'] });
  });

  it('gives a run as many attempts as its policy says, and waits as after a first one', async () => {
    let failures = 3;
    const shaky = defineTask({
      id: 'shaky',
      input: z.null(),
      result: z.number(),
      // After a third attempt of one series it would wait for days.
      retry: { maxAttempts: 2, initialDelay: 1, factor: 100_000, maxDelay: '100d' },
      async run(_, ctx) {
        failures -= 1;
        if (failures >= 0) throw new Error('not yet');
        return ctx.attempt;
      },
    });
    const { run, retrier, ended } = startEngine([shaky]);
    const { runId, ...first } = await run(shaky, null);
    expect(first).toMatchObject({ state: RunState.failed, attempt: 2 });
    await retrier.retry(runId);
    expect(await ended(runId)).toMatchObject({
      state: RunState.succeeded,
      result: 4,
      attempts: [{}, {}, { attempt: 3 }],
    });
  });

  it('still refuses another call than recorded before the first forgotten failure', async () => {
    let executions = 0;
    let broken = true;
    const late = defineTask({
      id: 'late',
      input: z.null(),
      result: z.null(),
      async run() {
        if (broken) throw new FatalError('no');
        return null;
      },
    });
    const fickle = defineTask({
      id: 'fickle',
      input: z.null(),
      result: z.null(),
      async run(_, ctx) {
        await ctx.invoke(double, { n: broken ? 1 : 2 });
        executions += 1;
        return ctx.invoke(late, null);
      },
    });
    const { run, retrier, ended } = startEngine([fickle, late, double]);
    const { runId } = await run(fickle, null);
    const before = executions;
    broken = false;
    await retrier.retry(runId);
    expect(await ended(runId)).toMatchObject({ state: RunState.failed, error: { code: 'MR_REPLAY_MISMATCH' } });
    expect(executions).toBe(before);
  });

  it('is refused by words that say what to do', async () => {
    const { run, retrier } = startEngine([double]);
    const { runId } = await run(double, { n: 1 });
    await expect(retrier.retry(runId)).rejects.toMatchObject({
      code: 'MR_RUN_NOT_RETRYABLE',
      message: `Run ${runId} has succeeded. Start a new run to do its work again.`,
    });
    expect(await retrier.retry('0197c000-0000-7000-8000-000000000000')).toBeUndefined();
  });
});

describe('an attempt by policy', () => {
  it('runs the failed children of the one before again, and takes the arm that their outcomes say', async () => {
    const ran: string[] = [];
    let broken = true;
    const part = defineTask({
      id: 'part',
      input: z.string(),
      result: z.string(),
      async run(name) {
        ran.push(name);
        if (name === 'b' && broken) throw new FatalError('broken');
        return name;
      },
    });
    const whole = defineTask({
      id: 'whole',
      input: z.null(),
      result: z.string(),
      retry: { maxAttempts: 2, initialDelay: 1 },
      async run(_, ctx) {
        const parts = await ctx.mapSettled(part, ['a', 'b']);
        if (parts.every(({ status }) => status === 'succeeded')) return ctx.invoke(part, 'all');
        broken = false;
        throw new Error('a part is missing');
      },
    });
    const { run } = startEngine([whole, part], { concurrency: 1 });
    expect(await run(whole, null)).toMatchObject({ state: RunState.succeeded, result: 'all', attempt: 2 });
    expect(ran).toEqual(['a', 'b', 'b', 'all']);
  });
});

describe('a run of very many calls', () => {
  it('is ended by the ten-thousand-and-first', async () => {
    const endless = defineTask({
      id: 'endless',
      input: z.number(),
      result: z.number(),
      retry: { maxAttempts: 3 },
      async run(steps, ctx) {
        for (let n = 0; n < steps; n += 1) await ctx.step('again', async () => n);
        return steps;
      },
    });
    const { run } = startEngine([endless]);
    expect(await run(endless, 10_000)).toMatchObject({ state: RunState.succeeded });
    expect(await run(endless, 10_001)).toMatchObject({
      state: RunState.failed,
      attempt: 1,
      error: { code: 'MR_TOO_MANY_CALLS' },
    });
  });
});
