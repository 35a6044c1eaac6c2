import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../../engine-on-memory.contract.js';

it('counts lines and reports that come from an execution that has lost its run', async () => {
  const losing = defineTask({
    id: 'losing',
    input: z.object({}),
    result: z.null(),
    async run(_, ctx) {
      ctx.log.info('in time');
      ctx.progress(0.1);
      await waitFor(() => store.peek(ctx.runId).logs.length === 1 && store.peek(ctx.runId).progress !== undefined);
      await store.requeue({ runId: ctx.runId, epoch: 1 }, { reason: 'hand-back', delayMs: 0 });
      for (const line of ['late', 'later', 'latest']) ctx.log.info(line);
      ctx.progress(0.9);
      return null;
    },
  });
  const { store, executor, start } = startEngine([losing]);

  await start(losing, {});
  await waitFor(() => executor.totals.lateWritesRefused === 1);

  expect(executor.totals.lateReportsDropped).toEqual({ log: 3, progress: 1 });
});

it('counts those of code that says nothing before its execution is over, and refuses the calls that it makes then', async () => {
  let left: Promise<PromiseSettledResult<unknown>[]> | undefined;
  const leaving = defineTask({
    id: 'leaving',
    input: z.object({}),
    result: z.null(),
    async run(_, ctx) {
      await store.requeue({ runId: ctx.runId, epoch: 1 }, { reason: 'hand-back', delayMs: 0 });
      left = waitFor(() => executor.totals.lateWritesRefused === 1).then(() => {
        ctx.log.info('late');
        ctx.progress(0.9);
        return Promise.allSettled([ctx.flushLog(), ctx.step('late', async () => 1), ctx.start(double, { n: 1 })]);
      });
      return null;
    },
  });
  const { store, executor, start, record } = startEngine([leaving, double]);

  const runId = await start(leaving, {});
  const outcomes = await waitFor(() => left);

  const refused = { status: 'rejected', reason: { code: 'MR_EXECUTION_OVER' } };
  expect(outcomes).toMatchObject([{ status: 'fulfilled' }, refused, refused]);
  await waitFor(() => executor.totals.lateReportsDropped.progress === 1);
  expect(executor.totals.lateReportsDropped).toEqual({ log: 1, progress: 1 });
  expect(record(runId)).toEqual([]);
});
