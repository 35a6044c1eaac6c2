import { RunState } from '@millrace/runs';
import { defineTask, TaskFailedError } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, refuse, startEngine } from '../../engine-on-memory.contract.js';

describe('a call', () => {
  it('gives the child result, and holds no slot while it waits', async () => {
    const parent = defineTask({
      id: 'parent',
      input: z.object({ n: z.number() }),
      result: z.number(),
      run: async ({ n }, ctx) => (await ctx.invoke(double, { n })) + 1,
    });
    const { run } = startEngine([parent, double], { concurrency: 1 });
    expect(await run(parent, { n: 3 })).toMatchObject({ state: RunState.succeeded, result: 7, epoch: 2 });
  });

  it('is recorded under its key, and refuses a replay that gives another', async () => {
    let executions = 0;
    const keyed = (id: string, keyOf: () => string) =>
      defineTask({
        id,
        input: z.object({}),
        result: z.number(),
        run: (_, ctx) => ctx.invoke(double, { n: 1 }, { key: keyOf() }),
      });
    const same = keyed('same', () => 'first');
    const another = keyed('another', () => `execution ${++executions}`);
    const { run, record } = startEngine([same, another, double]);
    const { runId, ...ended } = await run(same, {});
    expect(ended).toMatchObject({ result: 2 });
    expect(record(runId)).toMatchObject([{ kind: 'invoke', key: 'first' }]);
    const { error } = await run(another, {});
    expect(error?.code).toBe('MR_REPLAY_MISMATCH');
    expect(error?.message).toMatch(/recorded was invoke of "double" "execution 1".*asked is .* "execution 2"/);
  });

  it('throws the failure of its child, which the parent may catch', async () => {
    const careful = defineTask({
      id: 'careful',
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        try {
          await ctx.invoke(refuse, {});
          return 'unexpected';
        } catch (error) {
          return error instanceof TaskFailedError ? error.message.replace(error.runId, 'ID') : 'other';
        }
      },
    });
    const { run } = startEngine([careful, refuse]);
    expect(await run(careful, {})).toMatchObject({ result: 'refuse (run ID) failed: refused' });
  });

  it('ends a parent that does not catch it at once, whatever attempts are left', async () => {
    const careless = defineTask({
      id: 'careless',
      input: z.object({}),
      result: z.array(z.null()),
      retry: { maxAttempts: 5 },
      run: (_, ctx) => ctx.map(refuse, [1, 2]),
    });
    const { run } = startEngine([careless, refuse]);
    expect(await run(careless, {})).toMatchObject({
      state: RunState.failed,
      attempt: 1,
      error: { code: 'MR_TASK_FAILED' },
    });
  });

  it('takes one arm of a branch, also on a replay, and records the others as skipped', async () => {
    const choose = defineTask({
      id: 'choose',
      input: z.object({ big: z.boolean() }),
      result: z.number(),
      run: ({ big }, ctx) =>
        ctx.branch(big ? 'big' : 'small', {
          big: () => ctx.invoke(double, { n: 100 }),
          small: async () => 1,
        }),
    });
    const { run, record } = startEngine([choose, double]);
    const { runId, ...ended } = await run(choose, { big: true });
    expect(ended).toMatchObject({ result: 200 });
    expect(record(runId)[0]).toMatchObject({ kind: 'branch', key: 'big', value: { taken: 'big', skipped: ['small'] } });
    expect(await run(choose, { big: false })).toMatchObject({ result: 1 });
  });

  it('starts a run that goes on by itself, once, and gives its id', async () => {
    const starting = defineTask({
      id: 'starting',
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        const id = await ctx.start(double, { n: 4 });
        await ctx.invoke(double, { n: 1 });
        return id;
      },
    });
    const { run, store } = startEngine([starting, double]);
    const { result } = await run(starting, {});
    await waitFor(() => store.peek(result as string).state === 'succeeded');
    expect(store.peek(result as string)).toMatchObject({ result: 8, epoch: 1 });
  });
});
