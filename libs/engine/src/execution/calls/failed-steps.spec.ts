import { defineTask, FatalError, SnoozeError, StepFailedError, type TaskContext } from '@millrace/sdk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../../engine-on-memory.contract.js';

/** A task without input that does this, `maxAttempts` times at most. */
const doing = (run: (ctx: TaskContext) => Promise<unknown>, maxAttempts = 1) =>
  defineTask({
    ...{ id: 'doing', input: z.object({}), result: z.unknown(), retry: { maxAttempts, initialDelay: 0 } },
    run: (_, ctx) => run(ctx),
  });
const runOf = (task: ReturnType<typeof doing>) => startEngine([task, double]).run(task, {});

describe('a step that fails', () => {
  it('for a value of more than 1 MiB says so, and is not tried again', async () => {
    const large = doing((ctx) => ctx.step('read all', async () => 'x'.repeat(1024 * 1024)), 3);
    const error = { code: 'MR_RESULT_TOO_LARGE', message: expect.stringContaining('"read all"') as string };
    expect(await runOf(large)).toMatchObject({ state: 'failed', attempt: 1, error });
  });

  it('for values of more than 64 MiB in all says so, those of earlier executions counted', async () => {
    const many = doing(async (ctx) => {
      for (let index = 0; index < 40; index += 1) await ctx.step(`page ${index}`, async () => 'x'.repeat(1_000_000));
      await ctx.invoke(double, { n: 1 });
      for (let index = 40; index < 80; index += 1) await ctx.step(`page ${index}`, async () => 'x'.repeat(1_000_000));
    }, 3);
    const message = expect.stringMatching(/^With step "page 67" .* 68000136 bytes .* at most 67108864/) as string;
    expect(await runOf(many)).toMatchObject({ state: 'failed', attempt: 1, error: { message } });
  });

  it('and is caught has failed for every replay of the attempt: the code takes the same way', async () => {
    let tries = 0;
    const caught = doing(async (ctx) => {
      let source = 'first';
      try {
        await ctx.step('read first', async () => {
          tries += 1;
          if (tries === 1) throw Object.assign(new Error('away'), { code: 'E_AWAY' });
        });
      } catch (error) {
        source = await ctx.step('read second', async () => `second, for ${(error as { code: string }).code}`);
      }
      return [source, await ctx.invoke(double, { n: 1 }), await ctx.invoke(double, { n: 2 })];
    });
    expect(await runOf(caught)).toMatchObject({ state: 'succeeded', result: ['second, for E_AWAY', 2, 4] });
    expect(tries).toBe(1);
  });

  it('throws the same the first time and in a replay', async () => {
    const seen: unknown[] = [];
    const watched = doing(async (ctx) => {
      await ctx
        .step('fail', () => Promise.reject(new TypeError('no list')))
        .catch((error: Error) => {
          const { name, code, message, stack } = error as StepFailedError;
          seen.push({ is: error instanceof StepFailedError, name, code, message, stack });
        });
      await ctx.invoke(double, { n: 1 });
    });
    await runOf(watched);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]).toMatchObject({ is: true, code: 'TypeError', message: 'no list' });
  });

  it('uncaught fails its attempt by its own code, and is done again by the next', async () => {
    let tries = 0;
    const flaky = doing(async (ctx) => {
      await ctx.invoke(double, { n: 1 });
      return ctx.step('send', async () => {
        tries += 1;
        if (tries < 3) throw Object.assign(new Error('busy'), { code: 'E_BUSY' });
        return tries;
      });
    }, 3);
    expect(await runOf(flaky)).toMatchObject({ state: 'succeeded', attempt: 3, result: 3 });
    tries = -5;
    expect(await runOf(doing((ctx) => ctx.step('send', () => Promise.reject(new Error('no')))))).toMatchObject({
      state: 'failed',
      error: { code: 'Error', message: 'no' },
    });
  });

  it('caught in one attempt is done again by the next, which may go another way', async () => {
    let sent = 0;
    const steps: string[] = [];
    const doer = doing(async (ctx) => {
      const first = await ctx
        .step('try', async () => {
          steps.push('try');
          if (sent++ === 0) throw new Error('not yet');
          return 'tried';
        })
        .catch(() => 'gave up');
      const kept = await ctx.step('keep', async () => (steps.push('keep'), 'kept'));
      await ctx.invoke(double, { n: 1 });
      if (first === 'gave up') throw new Error('again');
      return [first, kept];
    }, 2);
    expect(await runOf(doer)).toMatchObject({ state: 'succeeded', attempt: 2, result: ['tried', 'kept'] });
    expect(steps).toEqual(['try', 'keep', 'try']);
  });

  it('by a FatalError ends the run, by a SnoozeError is done again in the same attempt', async () => {
    const fatal = doing((ctx) => ctx.step('f', () => Promise.reject(new FatalError('never'))), 3);
    expect(await runOf(fatal)).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'MR_FATAL' } });
    let tries = 0;
    const later = doing((ctx) =>
      ctx.step('s', async () => {
        if (tries++ === 0) throw new SnoozeError(1);
        return tries;
      }),
    );
    expect(await runOf(later)).toMatchObject({ state: 'succeeded', attempt: 1, result: 2 });
  });
});
