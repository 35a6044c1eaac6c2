import { describe, expect, it, vi } from 'vitest';
import type { StepFailedError } from '../errors.js';
import { byTwo, doing, double } from './example-tasks.contract.js';
import { runTask } from './index.js';

describe('runTask of a task with steps', () => {
  it('does a step once, takes one arm of a branch, and notes what was logged, started and said of progress', async () => {
    const list = vi.fn(async () => ['a', 'b']);
    const task = doing(async (ctx) => {
      ctx.log.info('listing', { from: 1 });
      ctx.progress(0);
      const items = await ctx.step('list', list);
      await ctx.start(double, { n: 9 });
      await ctx.invoke(double, { n: items.length });
      ctx.log.warn('listed');
      ctx.progress(0.5, 'half');
      return ctx.branch(items.length > 1 ? 'many' : 'one', {
        many: () => ctx.invoke(double, { n: 10 }),
        one: async () => 0,
      });
    });
    const outcome = await runTask(task, {}, { children: { double: byTwo } });
    expect(outcome).toMatchObject({
      ...{ result: 20, executions: 3 },
      steps: [{ name: 'list', value: ['a', 'b'] }],
      branches: [{ taken: 'many', skipped: ['one'] }],
      calls: [{ kind: 'start', inputs: [{ n: 9 }], outcomes: [] }, { kind: 'invoke' }, { kind: 'invoke' }],
      logs: [
        { level: 'info', message: 'listing', fields: { from: 1 } },
        { level: 'warn', message: 'listed' },
      ],
      progress: [{ fraction: 0 }, { fraction: 0.5, note: 'half' }],
    });
    expect(list).toHaveBeenCalledTimes(1);
  });

  it('records a step that fails, for its attempt, and does it again in the next', async () => {
    let tries = 0;
    const task = doing(async (ctx) => {
      const way = await ctx
        .step('try', async () => {
          tries += 1;
          if (tries === 1) throw Object.assign(new Error('away'), { code: 'E_AWAY' });
          return 'tried';
        })
        .catch((error: StepFailedError) => error.code);
      await ctx.invoke(double, { n: 1 });
      if (ctx.attempt === 1 && way === 'E_AWAY') throw new Error('again');
      return way;
    });
    const outcome = await runTask(task, {}, { children: { double: byTwo }, attempts: 'policy' });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'tried', attempts: 2 });
    expect(tries).toBe(2);
  });

  it('refuses a call that the effect of a step asks for', async () => {
    const nesting = doing((ctx) =>
      ctx.step('outer', async () => {
        await Promise.resolve();
        return ctx.invoke(double, { n: 1 });
      }),
    );
    expect(await runTask(nesting, {}, { children: { double: byTwo } })).toMatchObject({
      ...{ status: 'failed', attempts: 1 },
      error: { code: 'MR_CALL_IN_STEP', message: expect.stringContaining('(invoke)') as string },
    });
  });
});
