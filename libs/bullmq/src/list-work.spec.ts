import type { RunDelivery } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { type ListWorkParts, workOffList } from './list-work.js';

const RUNS: RunDelivery[] = ['a', 'b', 'c'].map((id) => [id, 1]);

describe('working off a list', () => {
  it('executes its runs one after the other', async () => {
    const { parts, handled, atOnce } = aWorker();
    await workOffList(RUNS, parts);
    expect(handled).toEqual(['a', 'b', 'c']);
    expect(atOnce()).toBe(1);
  });

  it('gives those behind a long run a job each', async () => {
    const long = withResolvers();
    const { parts, handled, given } = aWorker({ a: long.promise });
    const done = workOffList(RUNS, parts);
    await expect.poll(() => given).toEqual(['b', 'c']);
    long.resolve();
    await done;
    expect(handled).toEqual(['a']);
  });

  it('keeps what the backend does not take, and executes it in its turn', async () => {
    const long = withResolvers();
    const { parts, handled, given } = aWorker({ a: long.promise });
    const done = workOffList(RUNS, { ...parts, giveBack: async (rest) => (given.push(...rest.map(idOf)), false) });
    await expect.poll(() => given.length).toBeGreaterThan(2);
    long.resolve();
    await done;
    expect(handled).toEqual(['a', 'b', 'c']);
  });

  it('goes on behind a run that could not be claimed, and says so', async () => {
    const { parts, handled, failures } = aWorker({ a: Promise.reject(new Error('no database')) });
    await workOffList(RUNS, parts);
    expect(handled).toEqual(['a', 'b', 'c']);
    expect(failures).toEqual([new Error('no database')]);
  });

  it('forgets what it has handled at its end, and as soon as a run takes long', async () => {
    const long = withResolvers();
    const { parts, forgotten } = aWorker({ b: long.promise });
    const done = workOffList(RUNS, parts);
    await expect.poll(() => forgotten).toEqual(['a']);
    long.resolve();
    await done;
    expect(forgotten).toEqual(['a', 'b']);
  });

  it('gives the rest back when the worker stops', async () => {
    const { parts, handled, given } = aWorker();
    await workOffList(RUNS, { ...parts, stopping: () => true });
    expect(handled).toEqual(['a']);
    expect(given).toEqual(['b', 'c']);
  });
});

const idOf = ([runId]: RunDelivery) => runId;

/** A worker whose runs take as long as these promises say. */
function aWorker(takes: Record<string, Promise<void>> = {}) {
  const [handled, given, forgotten]: [string[], string[], string[]] = [[], [], []];
  const failures: unknown[] = [];
  let executing = 0;
  let most = 0;
  const parts: ListWorkParts = {
    handler: {
      async handle(payload) {
        const runId = payload.kind === 'runs' ? (payload.runs[0]?.[0] ?? '') : '';
        handled.push(runId);
        most = Math.max(most, (executing += 1));
        try {
          await takes[runId];
        } finally {
          executing -= 1;
        }
      },
    },
    giveBack: async (rest) => {
      given.push(...rest.map(idOf));
      return true;
    },
    forget: (runs) => forgotten.push(...runs.map(idOf)),
    onFailed: (error) => failures.push(error),
    stopping: () => false,
  };
  return { parts, handled, given, forgotten, failures, atOnce: () => most };
}

function withResolvers() {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
