import { defineTask } from '@millrace/sdk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../engine-on-memory.contract.js';

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
});
