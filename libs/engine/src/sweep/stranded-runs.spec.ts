import { type InMemoryRunStore, RunState } from '@millrace/runs';
import { defineTask } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from '../engine-on-memory.contract.js';

const refusal = new Error('permission denied');

type Act = (...given: unknown[]) => Promise<never>;

/** Makes the next claim, and does not answer it. */
function loseClaim(store: InMemoryRunStore): void {
  const claim = store.claim.bind(store);
  store.claim = async (...given) => {
    store.claim = claim;
    await claim(...given);
    throw refusal;
  };
}

/** Lets what is asked of this method next wait, or its answer, until it is let go. */
function hold(store: InMemoryRunStore, method: 'claim' | 'finish' | 'requeue', what: 'questions' | 'answers') {
  const act = store[method].bind(store) as Act;
  const letGo: (() => void)[] = [];
  const untilLetGo = () => new Promise<void>((resolve) => letGo.push(resolve));
  store[method] = async (...given: Parameters<Act>) => {
    store[method] = act;
    if (what === 'questions') await untilLetGo();
    const answer = await act(...given);
    if (what === 'answers') await untilLetGo();
    return answer;
  };
  return letGo;
}

describe('a run that is running on a worker which does not execute it', () => {
  it('is handed back at the second look and executed, at no attempt’s cost, and counted', async () => {
    const { store, start, sweep, ended, stop } = startEngine([double]);
    loseClaim(store);
    const runId = await start(double, { n: 21 });
    await waitFor(() => store.peek(runId).state === RunState.running);
    expect(await sweep()).toMatchObject({ stranded: 0 });
    expect(await sweep()).toMatchObject({ stranded: 1 });
    expect(await ended(runId)).toMatchObject({ state: RunState.succeeded, result: 42, attempt: 1, epoch: 2 });
    expect(await sweep()).toMatchObject({ stranded: 0 });
    await stop();
  });

  it('is one whose hand-back was refused, and is handed back as often as that is', async () => {
    const { store, executor, start, sweep, stop } = startEngine([double], { concurrency: 1 });
    const letGo = hold(store, 'claim', 'answers');
    const runId = await start(double, { n: 1 });
    const claimed = await waitFor(() => letGo[0]);
    const requeue = store.requeue.bind(store);
    store.requeue = () => Promise.reject(refusal);
    const drained = executor.drain(0);
    claimed();
    await drained;
    expect(store.peek(runId).state).toBe(RunState.running);
    for (let turns = 0; turns < 3; turns += 1) expect(await sweep()).toMatchObject({ stranded: 0 });
    store.requeue = requeue;
    expect(await sweep()).toMatchObject({ stranded: 1 });
    await stop();
  });

  it('is none while the answer of its claim, or of its end, is on its way, nor while it executes', async () => {
    let finish: (() => void) | undefined;
    const paused = defineTask({
      id: 'paused',
      input: z.object({}),
      result: z.null(),
      run: () => new Promise<null>((resolve) => (finish = () => resolve(null))),
    });
    const { store, start, sweep, ended, stop } = startEngine([paused]);
    const claims = hold(store, 'claim', 'answers');
    const ends = hold(store, 'finish', 'questions');
    const threeLooks = async () => {
      for (let turns = 0; turns < 3; turns += 1) expect(await sweep()).toMatchObject({ stranded: 0 });
    };
    const runId = await start(paused, {});
    const claimed = await waitFor(() => claims[0]);
    await threeLooks();
    claimed();
    const finished = await waitFor(() => finish);
    await threeLooks();
    finished();
    const committed = await waitFor(() => ends[0]);
    await threeLooks();
    committed();
    expect(await ended(runId)).toMatchObject({ state: RunState.succeeded, epoch: 1 });
    await stop();
  });

  it('is not handed back when another execution has it by then', async () => {
    const { store, start, sweep, stop } = startEngine([double]);
    loseClaim(store);
    const runId = await start(double, { n: 1 });
    await waitFor(() => store.peek(runId).state === RunState.running);
    await sweep();
    await store.requeue({ runId, epoch: 1 }, { reason: 'hand-back', delayMs: 0 });
    await store.claim(runId, 2, 'another');
    expect(await sweep()).toMatchObject({ stranded: 0 });
    expect(store.peek(runId)).toMatchObject({ state: RunState.running, epoch: 2 });
    await stop();
  });

  it('is not claimed while it goes back', async () => {
    const { store, executor, start, sweep, ended, stop } = startEngine([double]);
    loseClaim(store);
    const runId = await start(double, { n: 1 });
    await waitFor(() => store.peek(runId).state === RunState.running);
    const handBacks = hold(store, 'requeue', 'questions');
    await sweep();
    const handedBack = sweep();
    const goOn = await waitFor(() => handBacks[0]);
    let claims = 0;
    const claim = store.claim.bind(store);
    store.claim = (...given) => {
      claims += 1;
      return claim(...given);
    };
    const handled = executor.handle({ kind: 'runs', runs: [[runId, 1]] });
    await new Promise(setImmediate);
    expect(claims).toBe(0);
    goOn();
    expect(await handedBack).toMatchObject({ stranded: 1 });
    await handled;
    expect(await ended(runId)).toMatchObject({ state: RunState.succeeded, epoch: 2 });
    await stop();
  });

  it('goes on under the delivery that comes while it is found to have gone on', async () => {
    const { store, executor, start, sweep, ended, stop } = startEngine([double]);
    loseClaim(store);
    const runId = await start(double, { n: 21 });
    await waitFor(() => store.peek(runId).state === RunState.running);
    await sweep();
    await store.requeue({ runId, epoch: 1 }, { reason: 'hand-back', delayMs: 0 });
    const handBacks = hold(store, 'requeue', 'answers');
    const swept = sweep();
    const goOn = await waitFor(() => handBacks[0]);
    const handled = executor.handle({ kind: 'runs', runs: [[runId, 2]] });
    await new Promise(setImmediate);
    goOn();
    expect(await swept).toMatchObject({ stranded: 0 });
    await handled;
    expect(await ended(runId)).toMatchObject({ state: RunState.succeeded, result: 42, attempt: 1, epoch: 2 });
    await stop();
  });

  it('of a batch is none while its batch is, and one when its own claim has no answer', async () => {
    let finish: (() => void) | undefined;
    const together = defineTask({
      id: 'together',
      input: z.number(),
      result: z.number(),
      run: async (n) => n,
      batch: {
        max: 3,
        async runBatch(items) {
          await new Promise<void>((resolve) => (finish ??= resolve));
          return items.map(({ input }) => ({ status: 'succeeded', result: input }));
        },
      },
    });
    const { store, startAll, sweep, ended, stop } = startEngine([together]);
    loseClaim(store);
    const [first, ...others] = (await startAll(together, [1, 2, 3])) as [string, ...string[]];
    const finished = await waitFor(() => finish);
    await sweep();
    expect(await sweep()).toMatchObject({ stranded: 1 });
    expect(others.map((runId) => store.peek(runId).epoch)).toEqual([1, 1]);
    finished();
    expect(await ended(first)).toMatchObject({ state: RunState.succeeded, attempt: 1, epoch: 2 });
    for (const runId of others) expect(await ended(runId)).toMatchObject({ state: RunState.succeeded, epoch: 1 });
    await stop();
  });
});
