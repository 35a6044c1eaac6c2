import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { FatalError, SnoozeError, TaskFailedError } from '../errors.js';
import { defineService } from '../service.js';
import { defineTask } from '../task.js';
import type { TaskContext } from '../task-context.js';
import { byTwo, doing, double } from './example-tasks.contract.js';
import { provide, runTask } from './index.js';

describe('runTask', () => {
  it('checks input and result by their schemas, and gives the result as JSON keeps it', async () => {
    expect(await runTask(double, { n: 2 })).toMatchObject({ status: 'succeeded', result: 4, executions: 1 });
    expect(await runTask(double, { n: 'two' } as never)).toMatchObject({
      ...{ status: 'failed', attempts: 1 },
      error: { code: 'MR_INPUT_INVALID', pointer: '/n' },
    });
    const wrong = defineTask({
      ...{ id: 'wrong', input: z.object({}), result: z.object({ list: z.array(z.string()) }) },
      run: async () => ({ list: [1] }) as never,
    });
    expect(await runTask(wrong, {})).toMatchObject({ error: { code: 'MR_RESULT_INVALID', pointer: '/list/0' } });
    expect(
      await runTask(
        doing(async () => 'x'.repeat(1_048_577)),
        {},
      ),
    ).toMatchObject({
      error: { code: 'MR_RESULT_TOO_LARGE' },
    });
    expect(
      await runTask(
        doing(async () => ({ at: new Date(0), not: undefined })),
        {},
      ),
    ).toMatchObject({
      result: { at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('gives children the parsed input, and the task their results', async () => {
    const task = doing(async (ctx) => [
      await ctx.invoke(double, { n: 1 }),
      await ctx.map(double, [{ n: 2 }, { n: 3 }], { key: ({ n }) => `n${n}` }),
    ]);
    const child = vi.fn(byTwo);
    const outcome = await runTask(task, {}, { children: { double: child } });
    expect(outcome).toMatchObject({ status: 'succeeded', result: [2, [4, 6]], executions: 3 });
    expect(child.mock.calls).toEqual([[{ n: 1, times: 1 }], [{ n: 2, times: 1 }], [{ n: 3, times: 1 }]]);
    expect(outcome.calls).toMatchObject([
      { kind: 'invoke', task: 'double', inputs: [{ n: 1 }], outcomes: [{ status: 'succeeded', result: 2 }] },
      { kind: 'map', task: 'double', inputs: [{ n: 2 }, { n: 3 }], childKeys: ['n2', 'n3'] },
    ]);
  });

  it('runs a child for real that is given as a task, and its children too', async () => {
    const parent = defineTask({
      ...{ id: 'parent', input: z.object({ n: z.number() }), result: z.number() },
      run: ({ n }, ctx) => ctx.invoke(double, { n, times: 3 }),
    });
    const task = doing((ctx) => ctx.invoke(parent, { n: 1 }));
    expect(await runTask(task, {}, { children: { parent, double } })).toMatchObject({ result: 8 });
  });

  it('throws TaskFailedError in the task for what a child throws or gives wrongly', async () => {
    const fails = (n: number) => {
      if (n === 1) throw Object.assign(new Error('no such vehicle'), { code: 'E_VEHICLE' });
      return n === 2 ? ('two' as never) : n;
    };
    const children = { double: ({ n }: { n: number }) => fails(n) };
    const settled = doing(async (ctx) => {
      const outcomes = await ctx.mapSettled(double, [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 'x' as never }]);
      return outcomes.map((one) => (one.status === 'failed' ? (one.error.cause as { code: string }).code : one.result));
    });
    expect(await runTask(settled, {}, { children })).toMatchObject({
      result: ['E_VEHICLE', 'MR_RESULT_INVALID', 3, 'MR_INPUT_INVALID'],
    });
    const uncaught = doing((ctx) => ctx.map(double, [{ n: 3 }, { n: 1 }]));
    const outcome = await runTask(uncaught, {}, { children, attempts: 'policy' });
    expect(outcome).toMatchObject({ status: 'failed', attempts: 1, error: { taskId: 'double' } });
    expect(outcome.status === 'failed' && outcome.error).toBeInstanceOf(TaskFailedError);
  });

  it('answers calls that a visit of mapEach makes', async () => {
    const task = doing(async (ctx) => {
      const seen: number[] = [];
      await ctx.mapEach(double, [{ n: 1 }, { n: 2 }], async (_, index) => {
        seen.push((await ctx.step(`note ${index}`, async () => index)) + (await ctx.invoke(double, { n: index })));
      });
      return seen;
    });
    expect(await runTask(task, {}, { children: { double: byTwo } })).toMatchObject({ result: [0, 3] });
  });

  it('visits the outcomes of mapEach in order, and calls no child for a fan-out over nothing', async () => {
    const seen: unknown[] = [];
    const task = doing((ctx) =>
      ctx.mapEach(double, [{ n: 1 }, { n: 2 }], async (outcome, index) => {
        seen.push([index, outcome.status]);
      }),
    );
    await runTask(task, {}, { children: { double: byTwo } });
    expect(seen).toEqual([
      [0, 'succeeded'],
      [1, 'succeeded'],
    ]);
    expect(
      await runTask(
        doing((ctx) => ctx.map(double, [])),
        {},
      ),
    ).toMatchObject({ result: [], calls: [] });
  });

  it('shows what the engine does to code around a wait: neither catch nor finally see it', async () => {
    const seen: string[] = [];
    const task = doing(async (ctx) => {
      seen.push('top');
      try {
        return await ctx.invoke(double, { n: 1 });
      } catch {
        seen.push('catch');
        return 0;
      } finally {
        seen.push('finally');
      }
    });
    await runTask(task, {}, { children: { double: byTwo } });
    expect(seen).toEqual(['top', 'top', 'finally']);
  });

  it.each([
    [
      'an input that varies',
      async (ctx: TaskContext) => ctx.invoke(double, { n: Date.now() }),
      /it asks invoke of "double"/,
    ],
    ['a call that is left out', leavingOut(), /it ends without that call/],
    ['a call of another kind', otherKind(), /it asks map of "double" with/],
  ])('fails a task that does not repeat itself: %s', async (_, run, message) => {
    const outcome = await runTask(doing(run), {}, { children: { double: byTwo } });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'MR_REPLAY_MISMATCH', message: expect.stringMatching(message) as string },
    });
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining('ctx.step') as string } });
  });

  it('answers on the spot with replay off', async () => {
    const task = doing(async (ctx) => {
      const [a, b] = await Promise.all([ctx.invoke(double, { n: Math.random() }), ctx.invoke(double, { n: 2 })]);
      return a > 0 && b;
    });
    const outcome = await runTask(task, {}, { children: { double: byTwo }, replay: false });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 4, executions: 1 });
  });

  it('answers calls in parallel, awaited in any order', async () => {
    const task = doing(async (ctx) => {
      const [first, second] = [ctx.invoke(double, { n: 1 }), ctx.invoke(double, { n: 2 })];
      return [await second, await first];
    });
    expect(await runTask(task, {}, { children: { double: byTwo } })).toMatchObject({ result: [4, 2], executions: 2 });
  });

  it('runs one attempt, or those that the policy has, until an error that none can mend', async () => {
    const failing = () => doing(async ({ attempt }) => Promise.reject(new Error(`attempt ${attempt}`)));
    expect(await runTask(failing(), {})).toMatchObject({ attempts: 1, error: { message: 'attempt 1' } });
    expect(await runTask(failing(), {}, { attempts: 'policy' })).toMatchObject({
      ...{ attempts: 3, error: { message: 'attempt 3' } },
    });
    const fatal = doing(async () => Promise.reject(new FatalError('no')));
    expect(await runTask(fatal, {}, { attempts: 5 })).toMatchObject({ status: 'failed', attempts: 1 });
    const snoozing = doing(async () => Promise.reject(new SnoozeError('5m')));
    expect(await runTask(snoozing, {}, { attempts: 5 })).toMatchObject({ status: 'snoozed', afterMs: 300_000 });
  });

  it('keeps what has succeeded over attempts, and runs again what has failed', async () => {
    const child = vi.fn(({ n }: { n: number }) => {
      if (n === 2 && child.mock.calls.length < 4) throw new Error('not yet');
      return n;
    });
    const work = vi.fn(async () => 'made');
    const task = doing(async (ctx) => {
      await ctx.step('make', work);
      const outcomes = await ctx.mapSettled(double, [{ n: 1 }, { n: 2 }, { n: 3 }]);
      if (outcomes.some(({ status }) => status === 'failed')) throw new Error('some failed');
      return outcomes.length;
    });
    expect(await runTask(task, {}, { children: { double: child }, attempts: 'policy' })).toMatchObject({
      ...{ status: 'succeeded', attempts: 2, result: 3 },
    });
    expect(child.mock.calls.map(([{ n }]) => n)).toEqual([1, 2, 3, 2]);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('binds an attempt to a call that was open when the last one failed', async () => {
    let asked = 0;
    const task = doing(async (ctx) => {
      const open = ctx.invoke(double, { n: (asked += 1) });
      if (ctx.attempt === 1) throw new Error('not yet');
      return open;
    });
    expect(await runTask(task, {}, { children: { double: byTwo }, attempts: 'policy' })).toMatchObject({
      ...{ status: 'failed', attempts: 2, error: { code: 'MR_REPLAY_MISMATCH' } },
    });
  });

  it('binds none to a step that had not ended when the last one failed', async () => {
    const task = doing(async (ctx) => {
      if (ctx.attempt > 1) return ctx.invoke(double, { n: 1 });
      void ctx.step('endless', () => new Promise<number>(() => undefined));
      throw new Error('not yet');
    });
    expect(await runTask(task, {}, { children: { double: byTwo }, attempts: 'policy' })).toMatchObject({
      ...{ status: 'succeeded', attempts: 2, result: 2 },
    });
  });

  it('throws the child of a map that failed first in time, whatever its place', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const child = async ({ n }: { n: number }) => {
      if (n === 1) await released;
      else setImmediate(release);
      throw new Error(`child ${n}`);
    };
    const task = doing((ctx) => ctx.map(double, [{ n: 1 }, { n: 2 }]));
    expect(await runTask(task, {}, { children: { double: child } })).toMatchObject({
      error: { cause: { message: 'child 2' } },
    });
  });

  it('gives services by their tokens, the signal, and takes a completion for the result', async () => {
    const Clock = defineService<{ year(): number }>('clock');
    const task = defineTask({
      ...{ id: 'clocked', uses: { clock: Clock }, input: z.object({}), result: z.object({ year: z.number() }) },
      run: async (_, ctx) => {
        ctx.signal.throwIfAborted();
        return ctx.completion({ year: ctx.services.clock.year() });
      },
    });
    const services = [provide(Clock, { year: () => 2026 })];
    expect(await runTask(task, {}, { services })).toMatchObject({ result: { year: 2026 } });
    const signal = AbortSignal.abort(new Error('cancelled'));
    expect(await runTask(task, {}, { services, signal })).toMatchObject({ error: { message: 'cancelled' } });
    await expect(runTask(task, {})).rejects.toThrow(/uses the service "clock"/);
  });

  it.each([{ replay: true }, { replay: false }])('says which child the test lacks, with %o', async (options) => {
    const task = doing((ctx) => ctx.invoke(double, { n: 1 }));
    await expect(runTask(task, {}, options)).rejects.toThrow(/children: \{ 'double': \(input\) => result \}/);
  });

  it('runs beside fake timers', async () => {
    vi.useFakeTimers();
    try {
      const task = doing((ctx) => ctx.invoke(double, { n: 1 }));
      expect(await runTask(task, {}, { children: { double: byTwo } })).toMatchObject({ result: 2 });
    } finally {
      vi.useRealTimers();
    }
  });
});

function leavingOut() {
  let executions = 0;
  return async (ctx: TaskContext) => ((executions += 1) === 1 ? ctx.invoke(double, { n: 1 }) : 0);
}

function otherKind() {
  let executions = 0;
  return async (ctx: TaskContext) =>
    (executions += 1) === 1 ? ctx.invoke(double, { n: 1 }) : ctx.map(double, [{ n: 1 }]);
}
