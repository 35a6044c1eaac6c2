import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startEngine } from '../engine-on-memory.contract.js';

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
