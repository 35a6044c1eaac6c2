import { defineTask, type TaskContext } from '@millrace/sdk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../../engine-on-memory.contract.js';

describe('a step', () => {
  it('does the effect of a step once, whatever is replayed, and sees its value as JSON has it', async () => {
    let effects = 0;
    const seen: unknown[] = [];
    const stepping = defineTask({
      id: 'stepping',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        const first = await ctx.step('count', async () => ({ n: ++effects, none: undefined }));
        const doubled = await ctx.invoke(double, { n: first.n });
        seen.push(first, await ctx.step('nothing', async () => undefined));
        return doubled;
      },
    });
    const { run } = startEngine([stepping, double]);
    expect(await run(stepping, {})).toMatchObject({ result: 2, epoch: 2 });
    expect(effects).toBe(1);
    expect(seen).toStrictEqual([{ n: 1 }, undefined]);
  });

  it('does a step again whose effect failed', async () => {
    let effects = 0;
    const shaky = defineTask({
      id: 'shaky',
      input: z.object({}),
      result: z.number(),
      retry: { initialDelay: 1 },
      run: (_, ctx) =>
        ctx.step('try', async () => {
          effects += 1;
          if (effects === 1) throw new Error('not yet');
          return effects;
        }),
    });
    const { run } = startEngine([shaky]);
    expect(await run(shaky, {})).toMatchObject({ result: 2, attempt: 2 });
  });

  it('waits for a step that runs beside an open call', async () => {
    const beside = defineTask({
      id: 'beside',
      input: z.object({}),
      result: z.array(z.number()),
      run: (_, ctx) =>
        Promise.all([
          ctx.invoke(double, { n: 1 }),
          ctx.step('slow', () => new Promise<number>((resolve) => setTimeout(resolve, 20, 7))),
        ]),
    });
    const { run } = startEngine([beside, double]);
    expect(await run(beside, {})).toMatchObject({ result: [2, 7], epoch: 2 });
  });

  it.each<[string, (ctx: TaskContext) => Promise<unknown>]>([
    ['at once', (ctx) => ctx.step('outer', () => ctx.invoke(double, { n: 1 }))],
    [
      'after an await',
      (ctx) =>
        ctx.step('outer', async () => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return ctx.map(double, [{ n: 1 }]);
        }),
    ],
    [
      'by a function that it awaits',
      (ctx) => {
        const later = async () => ctx.start(double, await Promise.resolve({ n: 1 }));
        return ctx.step('outer', async () => ({ started: await later() }));
      },
    ],
    ['of another step', (ctx) => ctx.step('outer', () => ctx.step('inner', async () => 1))],
  ])('fails its run for good when its effect asks for a call: %s', async (_, code) => {
    const nesting = defineTask({
      ...{ id: 'nesting', input: z.object({}), result: z.unknown(), retry: { maxAttempts: 3, initialDelay: 0 } },
      run: (_input, ctx) => code(ctx),
    });
    const { run } = startEngine([nesting, double]);
    expect(await run(nesting, {})).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'MR_CALL_IN_STEP' } });
  });

  it('may run beside calls that its effect does not ask for', async () => {
    const beside = defineTask({
      ...{ id: 'beside', input: z.object({}), result: z.unknown() },
      async run(_, ctx) {
        let end: (value: string) => void = () => undefined;
        const slow = ctx.step('slow', () => new Promise<string>((resolve) => (end = resolve)));
        const other = (async () => {
          const quick = await ctx.step('quick', async () => 'quick');
          const started = ctx.invoke(double, { n: 1 });
          end('slow');
          return [quick, await started];
        })();
        return Promise.all([slow, other]);
      },
    });
    const { run } = startEngine([beside, double]);
    expect(await run(beside, {})).toMatchObject({ state: 'succeeded', result: ['slow', ['quick', 2]] });
  });
});
