import { RunState, StoreRefusedError } from '@millrace/runs';
import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, refuse, startEngine } from '../../engine-on-memory.contract.js';

const refusal = () => Promise.reject(new StoreRefusedError(new Error('permission denied for table calls')));

/** Asks the store for everything that a call can ask for, and has one attempt. */
const calling = (effect: () => number) =>
  defineTask({
    ...{ id: 'calling', input: z.object({}), result: z.array(z.number()), retry: { maxAttempts: 1 } },
    async run(_, ctx) {
      const counted = await ctx.step('count', async () => effect());
      await ctx.start(double, { n: 0 });
      await ctx.map(refuse, [1]).catch(() => undefined);
      const doubled = await ctx.map(
        double,
        Array.from({ length: 1_001 }, (_none, n) => ({ n })),
      );
      return [counted, doubled.length];
    },
  });

describe('a call that the store refuses', () => {
  it.each(['recordValue', 'startRun', 'openCall', 'addChildren', 'outcomes', 'firstFailure', 'resultBytes'] as const)(
    'is made again until the store takes it, and fails no code and no attempt: %s',
    async (method) => {
      let effects = 0;
      const tasks = [double, refuse, calling(() => ++effects)];
      const { store, run, stop } = startEngine(tasks, { writeLimits: { pauseMs: 1 } });
      const taken = store[method].bind(store) as () => Promise<never>;
      let refused = 0;
      store[method] = (...given: Parameters<typeof taken>) => (++refused > 3 ? taken(...given) : refusal());
      expect(await run({ id: 'calling' }, {})).toMatchObject({ state: RunState.succeeded, result: [1, 1_001] });
      expect(refused).toBeGreaterThan(3);
      await stop();
    },
  );

  it('opens failed children again for the next attempt once the store takes that', async () => {
    let failed = 0;
    const shaky = defineTask({
      ...{ id: 'shaky', input: z.object({}), result: z.number(), retry: { maxAttempts: 1 } },
      async run(): Promise<number> {
        if (failed++ === 0) throw new Error('not yet');
        return 1;
      },
    });
    const parent = defineTask({
      ...{ id: 'parent', input: z.object({}), result: z.number(), retry: { maxAttempts: 2, initialDelay: 0 } },
      run: (_, ctx) =>
        ctx.invoke(shaky, {}).catch(() => {
          throw new Error('again');
        }),
    });
    const { store, run, stop } = startEngine([shaky, parent], { writeLimits: { pauseMs: 1 } });
    const reopen = store.reopenChildren.bind(store);
    let refused = 0;
    store.reopenChildren = (...given) => (++refused > 3 ? reopen(...given) : refusal());
    expect(await run(parent, {})).toMatchObject({ state: RunState.succeeded, result: 1, attempt: 2 });
    expect(refused).toBe(4);
    await stop();
  });

  it('is left when its attempt has no time left', async () => {
    const late = defineTask({
      ...{ id: 'late', input: z.object({}), result: z.number(), retry: { maxAttempts: 1 }, attemptTimeout: 20 },
      run: (_, ctx) => ctx.invoke(double, { n: 1 }),
    });
    const { store, run, stop } = startEngine([double, late], { writeLimits: { pauseMs: 1 } });
    store.openCall = refusal;
    expect(await run(late, {})).toMatchObject({ state: RunState.failed, error: { code: 'MR_ATTEMPT_TIMED_OUT' } });
    await stop();
  });

  it('asks for another process once when it is refused for long, and goes on trying meanwhile', async () => {
    const noting = defineTask({
      ...{ id: 'noting', input: z.object({}), result: z.number() },
      run: (_, ctx) => ctx.step('note', async () => 1),
    });
    const { store, start, ended, recycled, stop } = startEngine([noting], { writeLimits: { pauseMs: 1, limitMs: 5 } });
    const record = store.recordValue.bind(store);
    store.recordValue = refusal;
    const runId = await start(noting, {});
    await waitFor(() => recycled.length > 0);
    expect(store.peek(runId).state).toBe(RunState.running);
    store.recordValue = record;
    expect(await ended(runId)).toMatchObject({ state: RunState.succeeded, result: 1, attempt: 1 });
    expect(recycled).toEqual([`the store refuses what run ${runId} has to write`]);
    await stop();
  });

  it('fails its attempt when its data are at fault', async () => {
    const noting = defineTask({
      ...{ id: 'noting', input: z.object({}), result: z.number(), retry: { maxAttempts: 1 } },
      run: (_, ctx) => ctx.step('note', async () => 1),
    });
    const { store, run, stop } = startEngine([noting]);
    store.recordValue = () => Promise.reject(new Error('invalid byte sequence'));
    expect(await run(noting, {})).toMatchObject({
      state: RunState.failed,
      error: { message: 'invalid byte sequence' },
    });
    await stop();
  });
});
