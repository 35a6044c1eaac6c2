import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunDelivery } from '@millrace/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ListWorkParts, workOffList } from './list-work.js';

const RUNS: RunDelivery[] = ['a', 'b', 'c'].map((id) => [id, 1]);

describe('working off a list', () => {
  afterEach(() => vi.useRealTimers());

  it('executes its runs one after the other', async () => {
    const { parts, handled, most } = aWorker();
    await workOffList(RUNS, parts);
    expect(handled).toEqual(['a', 'b', 'c']);
    expect(most()).toBe(1);
  });

  it('goes on while the ends of two runs are committed, and waits for a third', async () => {
    const [first, others] = [withResolvers(), withResolvers()];
    const commits = { a: first.promise, b: others.promise, c: others.promise };
    const { parts, handled, forgotten } = aWorker({}, { commits });
    const done = workOffList([...RUNS, ['d', 1]], parts);
    await expect.poll(() => handled).toEqual(['a', 'b', 'c']);
    await nextTurn();
    expect(handled).toEqual(['a', 'b', 'c']);
    first.resolve();
    await expect.poll(() => handled).toEqual(['a', 'b', 'c', 'd']);
    expect(forgotten).toEqual([]);
    others.resolve();
    await done;
    expect(forgotten.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('goes on behind a function that is suspended, once that is committed', async () => {
    const { parts, handled, most } = aWorker({}, { suspends: ['a'] });
    await workOffList(RUNS, parts);
    expect(handled).toEqual(['a', 'b', 'c']);
    expect(most()).toBe(1);
  });

  it('gives those behind a long function a job each', async () => {
    const long = withResolvers();
    const { parts, handled, given } = aWorker({ a: long.promise });
    const done = workOffList(RUNS, parts);
    await expect.poll(() => given).toEqual(['b', 'c']);
    long.resolve();
    await done;
    expect(handled).toEqual(['a']);
  });

  it('gives back what is behind a function that let no timer come to its turn', async () => {
    const { parts, handled, given } = aWorker({}, { atOnce: () => blockFor(30) });
    await workOffList(RUNS, parts);
    expect([handled, given]).toEqual([['a'], ['b', 'c']]);
  });

  it('keeps its runs however long a claim takes', async () => {
    vi.useFakeTimers();
    const claimed = withResolvers();
    const { parts, handled, given } = aWorker();
    const claiming: ListWorkParts['handler'] = {
      handle: (payload, onCalled) => claimed.promise.then(() => parts.handler.handle(payload, onCalled)),
    };
    const done = workOffList(RUNS, { ...parts, handler: claiming });
    await vi.advanceTimersByTimeAsync(60_000);
    claimed.resolve();
    await done;
    expect([handled, given]).toEqual([['a', 'b', 'c'], []]);
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

function blockFor(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

interface WorkerOptions {
  /** What every function does when it is called. */
  readonly atOnce?: () => void;
  /** Until when the ends of these runs are being committed. */
  readonly commits?: Readonly<Record<string, Promise<void>>>;
  /** Runs whose functions never settle. */
  readonly suspends?: readonly string[];
}

/** A worker whose functions take as long as these promises say. */
function aWorker(takes: Record<string, Promise<void>> = {}, options: WorkerOptions = {}) {
  const { atOnce = () => undefined, commits = {}, suspends = [] } = options;
  const [handled, given, forgotten]: [string[], string[], string[]] = [[], [], []];
  const failures: unknown[] = [];
  let executing = 0;
  let most = 0;
  const parts: ListWorkParts = {
    handler: {
      async handle(payload, onCalled) {
        const runId = payload.kind === 'runs' ? (payload.runs[0]?.[0] ?? '') : '';
        handled.push(runId);
        most = Math.max(most, (executing += 1));
        const settled = onCalled?.();
        atOnce();
        try {
          await takes[runId];
        } finally {
          executing -= 1;
          if (!suspends.includes(runId)) settled?.();
        }
        await commits[runId];
      },
    },
    giveBack: async (rest) => {
      given.push(...rest.map(idOf));
      return true;
    },
    forget: (runs) => forgotten.push(...runs.map(idOf)),
    end: (runs) => forgotten.push(...runs.map(idOf)),
    onFailed: (error) => failures.push(error),
    stopping: () => false,
  };
  return { parts, handled, given, forgotten, failures, most: () => most };
}

function withResolvers() {
  let resolve!: () => void;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
