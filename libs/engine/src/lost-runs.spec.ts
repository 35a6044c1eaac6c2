import { FENCED, RunState } from '@millrace/runs';
import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startEngine } from './engine-on-memory.contract.js';

const none = z.object({});

describe('a function that goes on without its run', () => {
  it.each([
    ['queued again', false],
    ['executed again', true],
  ])('is told by its signal when that was taken from its worker and is %s', async (_, claims) => {
    const reasons: unknown[] = [];
    let begun = false;
    const paused = defineTask({
      id: 'paused',
      input: none,
      result: z.string(),
      run: (_input, { signal }) =>
        new Promise<string>((resolve) => {
          begun = true;
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            resolve('late');
          });
        }),
    });
    const { start, store, stop } = startEngine([paused]);
    const runId = await start(paused, {});
    await waitFor(() => begun);
    const error = { code: 'MR_WORKER_LOST', message: 'gone' };
    const next = await store.requeue({ runId, epoch: 1 }, { reason: 'lost', error, delayMs: 60_000 });
    if (claims && next !== FENCED) await store.claim(runId, next.delivery, 'another');
    const left = store.peek(runId);
    await waitFor(() => reasons.length > 0);
    await stop();
    expect(reasons).toMatchObject([{ name: 'RunAbortedError', code: 'MR_WORKER_LOST' }]);
    expect(store.peek(runId)).toMatchObject({ state: left.state, epoch: left.epoch, attempt: 2 });
  });

  it('is told when a call beside was refused, before anybody looked', async () => {
    const reasons: unknown[] = [];
    let answer: (() => void) | undefined;
    const both = defineTask({
      id: 'both',
      input: none,
      result: z.null(),
      async run(_, ctx) {
        const slow = ctx.step(
          'slow',
          () =>
            new Promise<void>((resolve) => {
              ctx.signal.addEventListener('abort', () => {
                reasons.push(ctx.signal.reason);
                resolve();
              });
            }),
        );
        await ctx.step('quick', () => new Promise<void>((resolve) => (answer = resolve)));
        await slow;
        return null;
      },
    });
    const engine = startEngine([both]);
    const runId = await engine.start(both, {});
    const refuse = await waitFor(() => answer);
    await engine.store.cancellation.cancel(runId);
    refuse();
    expect((await engine.ended(runId)).state).toBe(RunState.cancelled);
    expect(reasons).toMatchObject([{ code: 'MR_RUN_CANCELLED' }]);
    await engine.stop();
  });
});
