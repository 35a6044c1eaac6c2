import { RunState } from '@millrace/runs';
import { defineTask, RunAbortedError, SnoozeError } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startEngine } from './engine-on-memory.contract.js';

const none = z.object({});

describe('timeouts', () => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended, because it was asked to')));
    });

  it('end an attempt that has used up its executing time, which is tried again by the policy', async () => {
    const reasons: unknown[] = [];
    const slow = defineTask({
      id: 'slow',
      input: none,
      result: z.number(),
      attemptTimeout: 20,
      retry: { maxAttempts: 3, initialDelay: 1 },
      async run(_, { signal, attempt }) {
        if (attempt === 3) return attempt;
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        return untilAborted(signal);
      },
    });
    expect(await startEngine([slow]).run(slow, {})).toMatchObject({ state: RunState.succeeded, result: 3 });
    expect(reasons).toMatchObject([{ code: 'MR_ATTEMPT_TIMED_OUT' }, { code: 'MR_ATTEMPT_TIMED_OUT' }]);
    expect(reasons[0]).toBeInstanceOf(RunAbortedError);
  });

  it('end an attempt whose function ignores them as well', async () => {
    const deaf = defineTask({
      id: 'deaf',
      input: none,
      result: z.null(),
      attemptTimeout: 10,
      retry: { maxAttempts: 1 },
      run: () => new Promise<null>(() => undefined),
    });
    expect(await startEngine([deaf], { abortGraceMs: 10 }).run(deaf, {})).toMatchObject({
      state: RunState.failed,
      error: { code: 'MR_ATTEMPT_TIMED_OUT' },
    });
  });

  it('count all executions of an attempt together', async () => {
    let executions = 0;
    const sleepy = defineTask({
      id: 'sleepy',
      input: none,
      result: z.null(),
      attemptTimeout: 300,
      retry: { maxAttempts: 1 },
      async run(_, { signal }): Promise<null> {
        executions += 1;
        if (executions > 2) return untilAborted(signal);
        const end = performance.now() + 100;
        await waitFor(() => performance.now() > end);
        throw new SnoozeError(1);
      },
    });
    const engine = startEngine([sleepy]);
    const runId = await engine.start(sleepy, {});
    await waitFor(() => executions === 3);
    const since = performance.now();
    await waitFor(() => engine.store.peek(runId).state === RunState.failed);
    expect(performance.now() - since).toBeLessThan(200);
    expect(engine.store.peek(runId)).toMatchObject({ attempt: 1, error: { code: 'MR_ATTEMPT_TIMED_OUT' } });
  });

  it('end a running run whose whole time is over, with no further attempt', async () => {
    let reason: unknown;
    const late = defineTask({
      id: 'late',
      input: none,
      result: z.null(),
      timeout: 50,
      async run(_, { signal }) {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return untilAborted(signal);
      },
    });
    expect(await startEngine([late]).run(late, {})).toMatchObject({
      ...{ state: RunState.failed, attempt: 1 },
      error: { code: 'MR_RUN_TIMED_OUT' },
    });
    expect(reason).toMatchObject({ code: 'MR_RUN_TIMED_OUT' });
  });

  it('end a run whose whole time was over when it was claimed, and do not call its function', async () => {
    let called = false;
    const late = defineTask({
      id: 'late',
      input: none,
      result: z.null(),
      timeout: 10,
      async run() {
        called = true;
        return null;
      },
    });
    const engine = startEngine([late]);
    await engine.stop();
    const runId = await engine.start(late, {});
    const over = performance.now() + 20;
    await waitFor(() => performance.now() > over);
    await engine.executor.handle({ kind: 'runs', runs: [[runId, 1]] });
    expect(engine.store.peek(runId)).toMatchObject({ state: RunState.failed, error: { code: 'MR_RUN_TIMED_OUT' } });
    expect(called).toBe(false);
  });

  it('end a waiting run and what it waits for, and throw where a parent waits for it', async () => {
    const endless = defineTask({
      id: 'endless',
      input: none,
      result: z.null(),
      run: (_, { signal }) => untilAborted(signal),
    });
    const waiting = defineTask({
      id: 'waiting',
      input: none,
      result: z.null(),
      run: (_, ctx) => ctx.invoke(endless, {}),
    });
    const top = defineTask({
      id: 'top',
      input: none,
      result: z.string(),
      run: (_, ctx) =>
        ctx.invoke(waiting, {}, { timeout: 60 }).then(
          () => 'unexpected',
          (error: { cause: { code: string } }) => error.cause.code,
        ),
    });
    const engine = startEngine([top, waiting, endless]);
    const sweeping = setInterval(() => void engine.sweep(), 10);
    const ended = engine.run(top, {}).finally(() => clearInterval(sweeping));
    expect(await ended).toMatchObject({ result: 'MR_RUN_TIMED_OUT' });
    await waitFor(() => engine.store.ids().some((id) => engine.store.peek(id).state === RunState.cancelled));
  });

  it('are refused when they are none', () => {
    const define = (timeouts: object) =>
      defineTask({ id: 'x', input: none, result: z.null(), run: async () => null, ...timeouts });
    expect(() => define({ timeout: 0 })).toThrow(RangeError);
    expect(() => define({ attemptTimeout: 'soon' })).toThrow(RangeError);
  });
});
