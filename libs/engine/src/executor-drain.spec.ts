import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from './engine-on-memory.contract.js';

describe('shutting down', () => {
  let started = false;
  let reason: unknown;
  const patient = defineTask({
    id: 'patient',
    input: z.object({}),
    result: z.number(),
    run: (_, { signal }) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          reject(new Error('aborted'));
        });
        started = true;
      }),
  });

  it('hands back what does not end within the grace time, at no attempt’s cost', async () => {
    const { executor, start, store, stop } = startEngine([patient]);
    const runId = await start(patient, {});
    await waitFor(() => started);
    const stopped = stop();
    await executor.drain(0);
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: 'queued', attempt: 1, epoch: 1 });
    expect(reason).toMatchObject({ code: 'MR_WORKER_STOPPING' });
  });

  it('hands back a run whose claim was under way', async () => {
    const { executor, start, store, stop } = startEngine([double]);
    const claim = store.claim.bind(store);
    const draining = new Promise<void>((drained) => {
      store.claim = async (...args) => {
        const claimed = await claim(...args);
        void executor.drain(1_000).then(drained);
        return claimed;
      };
    });
    const runId = await start(double, { n: 1 });
    await draining;
    await stop();
    expect(store.peek(runId)).toMatchObject({ state: 'queued', attempt: 1, epoch: 1 });
  });

  it('calls no function of a run that is handed back while its input is checked', async () => {
    const checks: (() => void)[] = [];
    let called = false;
    const checked = defineTask({
      id: 'checked',
      input: z.object({}).refine(() => new Promise<boolean>((resolve) => checks.push(() => resolve(true)))),
      result: z.null(),
      async run() {
        called = true;
        return null;
      },
    });
    const { executor, start, store, stop } = startEngine([checked]);
    const starting = start(checked, {});
    (await waitFor(() => checks.shift()))();
    const runId = await starting;
    const finishCheck = await waitFor(() => checks.shift());
    const stopped = stop();
    await executor.drain(0);
    finishCheck();
    await stopped;
    expect(store.peek(runId)).toMatchObject({ state: 'queued', attempt: 1, epoch: 1 });
    expect(called).toBe(false);
  });

  it('waits for what ends within the grace time', async () => {
    let end: (() => void) | undefined;
    const short = defineTask({
      id: 'short',
      input: z.object({}),
      result: z.null(),
      run: () => new Promise<null>((resolve) => (end = () => resolve(null))),
    });
    const { executor, start, store } = startEngine([short]);
    const runId = await start(short, {});
    const finish = await waitFor(() => end);
    const drained = executor.drain(60_000);
    finish();
    await drained;
    expect(store.peek(runId)).toMatchObject({ state: 'succeeded', epoch: 1 });
  });
});
