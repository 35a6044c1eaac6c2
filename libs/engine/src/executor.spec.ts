import { defineService, defineTask, FatalError, SnoozeError, type Task, TaskFailedError } from '@millrace/sdk';
import { InMemoryRunStore, RunState } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Dispatcher } from './dispatcher.js';
import { Executor } from './executor.js';
import { InMemoryTaskQueue } from './in-memory-task-queue.js';
import { RunStarter } from './run-starter.js';
import { ServiceBindings } from './service-bindings.js';
import { TaskRegistry } from './task-registry.js';

/** An engine on memory alone, with one worker that takes this many deliveries at once. */
function startEngine(tasks: readonly unknown[], { concurrency = 4, services = new ServiceBindings() } = {}) {
  const store = new InMemoryRunStore();
  const queue = new InMemoryTaskQueue();
  const logger = silentLogger;
  const registry = TaskRegistry.from(tasks.map((value) => ({ value, origin: 'spec' })));
  const dispatcher = new Dispatcher(store, queue, logger);
  const executor = new Executor({
    workerId: 'spec',
    registry,
    services,
    store,
    dispatcher,
    renewLease: async () => undefined,
    logger,
  });
  const stops = registry.queues().map((name) => queue.work(name, executor, concurrency));
  const starter = new RunStarter(registry, store, dispatcher);
  const start = (task: { readonly id: string }, input: unknown) =>
    starter.start({ taskId: task.id, input, trigger: 'api' }).then(({ runId }) => runId);
  return {
    ...{ store, executor, start },
    record: (runId: string) => store.peek(runId).calls,
    stop: () => Promise.all(stops.map((stop) => stop())),
    run: async (task: { readonly id: string }, input: unknown) => {
      const runId = await start(task, input);
      await waitFor(() => store.peek(runId).state === 'succeeded' || store.peek(runId).state === 'failed');
      return { runId, ...store.peek(runId) };
    },
  };
}

const double = defineTask({
  id: 'double',
  input: z.object({ n: z.number() }),
  result: z.number(),
  run: async ({ n }) => n * 2,
});
const refuse = defineTask({
  id: 'refuse',
  input: z.unknown(),
  result: z.null(),
  async run(): Promise<null> {
    throw new FatalError('refused');
  },
});

describe('a run', () => {
  it('ends with its validated result', async () => {
    const { run } = startEngine([double]);
    expect(await run(double, { n: 21 })).toMatchObject({ state: RunState.succeeded, result: 42, attempt: 1, epoch: 1 });
  });

  it('fails with the pointer of the value that its result schema refuses, without another attempt', async () => {
    const wrong = defineTask({
      id: 'wrong',
      input: z.object({}),
      result: z.object({ list: z.array(z.string()) }),
      run: async () => ({ list: [1] }) as never,
    });
    const { run } = startEngine([wrong]);
    expect(await run(wrong, {})).toMatchObject({
      ...{ state: RunState.failed, attempt: 1 },
      error: { code: 'MR_RESULT_INVALID', pointer: '/list/0' },
    });
  });

  it('fails with what its result schema threw', async () => {
    const throwing = z.null().refine(() => {
      throw new Error('schema bug');
    });
    const buggy = defineTask({ id: 'buggy', input: z.object({}), result: throwing, run: async () => null });
    const { run } = startEngine([buggy]);
    expect(await run(buggy, {})).toMatchObject({ state: RunState.failed, error: { message: 'schema bug' } });
  });

  it('fails when its result cannot be stored, instead of running for ever', async () => {
    const { run, store } = startEngine([double]);
    const finish = store.finish.bind(store);
    store.finish = async (end) => {
      if (end.status === 'succeeded') throw new Error('refused by the store');
      return finish(end);
    };
    expect(await run(double, { n: 1 })).toMatchObject({
      state: RunState.failed,
      error: { message: 'refused by the store' },
    });
  });

  it('is tried again after a failure, as often as its policy says', async () => {
    let tries = 0;
    const flaky = defineTask({
      id: 'flaky',
      input: z.object({}),
      result: z.number(),
      retry: { maxAttempts: 3, initialDelay: 1 },
      async run() {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
        return tries;
      },
    });
    const { run } = startEngine([flaky]);
    expect(await run(flaky, {})).toMatchObject({ state: RunState.succeeded, result: 3, attempt: 3 });
  });

  it('fails with its last error once its attempts are used up', async () => {
    const broken = defineTask({
      id: 'broken',
      input: z.object({}),
      result: z.null(),
      retry: { maxAttempts: 2, initialDelay: 1 },
      async run(_, { attempt }): Promise<null> {
        throw new Error(`attempt ${attempt}`);
      },
    });
    const { run } = startEngine([broken]);
    expect(await run(broken, {})).toMatchObject({
      state: RunState.failed,
      attempt: 2,
      error: { message: 'attempt 2' },
    });
  });

  it('fails at once on a FatalError', async () => {
    const { run } = startEngine([refuse]);
    expect(await run(refuse, {})).toMatchObject({ state: RunState.failed, attempt: 1, error: { code: 'MR_FATAL' } });
  });

  it('comes again after a snooze within the same attempt', async () => {
    let executions = 0;
    const sleepy = defineTask({
      id: 'sleepy',
      input: z.object({}),
      result: z.number(),
      async run(_, { attempt }) {
        executions += 1;
        if (executions < 3) throw new SnoozeError(1);
        return attempt;
      },
    });
    const { run } = startEngine([sleepy]);
    expect(await run(sleepy, {})).toMatchObject({ state: RunState.succeeded, result: 1, epoch: 3 });
  });

  it('is given the services its task names', async () => {
    const Clock = defineService<{ year(): number }>('clock');
    const tell = defineTask({
      id: 'tell',
      uses: { clock: Clock },
      input: z.object({}),
      result: z.number(),
      run: async (_, ctx) => ctx.services.clock.year(),
    });
    const { run } = startEngine([tell], { services: new ServiceBindings().bind(Clock, { year: () => 2026 }) });
    expect(await run(tell, {})).toMatchObject({ result: 2026 });
  });
});

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

  it('gives the results of a map in input order', async () => {
    const sum = defineTask({
      id: 'sum',
      input: z.array(z.number()),
      result: z.array(z.number()),
      run: (numbers, ctx) =>
        ctx.map(
          double,
          numbers.map((n) => ({ n })),
        ),
    });
    const { run } = startEngine([sum, double]);
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    expect(await run(sum, numbers)).toMatchObject({ result: numbers.map((n) => n * 2) });
  });

  it('maps no inputs to no results without a child', async () => {
    const none = defineTask({
      id: 'none',
      input: z.object({}),
      result: z.array(z.number()),
      run: (_, ctx) => ctx.map(double, []),
    });
    const { run } = startEngine([none, double]);
    expect(await run(none, {})).toMatchObject({ state: RunState.succeeded, result: [], epoch: 1 });
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

  it('shows nothing of a suspension to catch and finally', async () => {
    const seen: string[] = [];
    const watchful = defineTask({
      id: 'watchful',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        try {
          return await ctx.invoke(double, { n: 1 });
        } catch (error) {
          seen.push('catch');
          throw error;
        } finally {
          seen.push('finally');
        }
      },
    });
    const { run } = startEngine([watchful, double]);
    await run(watchful, {});
    expect(seen).toEqual(['finally']);
  });

  it('runs beside others, and each replay takes every turn as before', async () => {
    const turns: string[][] = [];
    const parallel = defineTask({
      id: 'parallel',
      input: z.object({}),
      result: z.array(z.number()),
      async run(_, ctx) {
        const order: string[] = [];
        turns.push(order);
        const chain = async (name: string, n: number) => {
          const first = await ctx.invoke(double, { n });
          order.push(`${name}1`);
          const second = await ctx.invoke(double, { n: first });
          order.push(`${name}2`);
          return second;
        };
        return Promise.all([chain('a', 1), chain('b', 10), chain('c', 100)]);
      },
    });
    const { run } = startEngine([parallel, double]);
    expect(await run(parallel, {})).toMatchObject({ result: [4, 40, 400] });
    const last = turns.at(-1) ?? [];
    expect(last).toHaveLength(6);
    for (const order of turns) expect(order).toEqual(last.slice(0, order.length));
  });

  it('does the effect of a step once, whatever is replayed, and sees its value as JSON has it', async () => {
    let effects = 0;
    const seen: unknown[] = [];
    const stepping = defineTask({
      id: 'stepping',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        const first = await ctx.step('count', async () => ({ n: ++effects, none: undefined }));
        const doubled = await ctx.invoke(double, { n: first.n });
        seen.push(first, await ctx.step('nothing', async () => undefined));
        return doubled;
      },
    });
    const { run } = startEngine([stepping, double]);
    expect(await run(stepping, {})).toMatchObject({ result: 2, epoch: 2 });
    expect(effects).toBe(1);
    expect(seen).toStrictEqual([{ n: 1 }, undefined]);
  });

  it('does a step again whose effect failed', async () => {
    let effects = 0;
    const shaky = defineTask({
      id: 'shaky',
      input: z.object({}),
      result: z.number(),
      retry: { initialDelay: 1 },
      run: (_, ctx) =>
        ctx.step('try', async () => {
          effects += 1;
          if (effects === 1) throw new Error('not yet');
          return effects;
        }),
    });
    const { run } = startEngine([shaky]);
    expect(await run(shaky, {})).toMatchObject({ result: 2, attempt: 2 });
  });

  it('waits for a step that runs beside an open call', async () => {
    const beside = defineTask({
      id: 'beside',
      input: z.object({}),
      result: z.array(z.number()),
      run: (_, ctx) =>
        Promise.all([
          ctx.invoke(double, { n: 1 }),
          ctx.step('slow', () => new Promise<number>((resolve) => setTimeout(resolve, 20, 7))),
        ]),
    });
    const { run } = startEngine([beside, double]);
    expect(await run(beside, {})).toMatchObject({ result: [2, 7], epoch: 2 });
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

  it('gives the failures of a mapSettled as outcomes', async () => {
    const odd = defineTask({
      id: 'odd',
      input: z.number(),
      result: z.number(),
      async run(n) {
        if (n % 2 === 0) throw new FatalError('even');
        return n;
      },
    });
    const settle = defineTask({
      id: 'settle',
      input: z.object({}),
      result: z.array(z.string()),
      async run(_, ctx) {
        const outcomes = await ctx.mapSettled(odd, [1, 2, 3]);
        return outcomes.map((outcome) =>
          outcome.status === 'succeeded' ? String(outcome.result) : outcome.error.code,
        );
      },
    });
    const { run } = startEngine([settle, odd]);
    expect(await run(settle, {})).toMatchObject({ result: ['1', 'MR_TASK_FAILED', '3'] });
  });

  it('visits the outcomes of a mapEach in input order, whatever a visit awaits', async () => {
    const visit = defineTask({
      id: 'visit',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        let sum = 0;
        const visiting = ctx.mapEach(
          double,
          Array.from({ length: 1_001 }, (_, n) => ({ n })),
          async (outcome, index) => {
            await new Promise(setImmediate);
            if (outcome.status === 'succeeded' && outcome.result === index * 2) sum += 1;
          },
        );
        await Promise.all([visiting, ctx.invoke(double, { n: 1 })]);
        return sum;
      },
    });
    const { run } = startEngine([visit, double], { concurrency: 50 });
    expect(await run(visit, {})).toMatchObject({ result: 1_001 });
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

  it('fails its run when a replay asks something else than recorded', async () => {
    let executions = 0;
    const fickle = defineTask({
      id: 'fickle',
      input: z.object({}),
      result: z.number(),
      run: (_, ctx) => ctx.invoke(double, { n: ++executions }),
    });
    const { run } = startEngine([fickle, double]);
    const { error, runId } = await run(fickle, {});
    expect(error?.code).toBe('MR_REPLAY_MISMATCH');
    expect(error?.message).toContain(`Run ${runId}, call 0: recorded was invoke of "double"`);
  });

  it('writes each log line once, however often its run is replayed', async () => {
    const chatty = defineTask({
      id: 'chatty',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        ctx.log.info('before');
        const one = await ctx.invoke(double, { n: 1 });
        ctx.log.info('between', { one });
        const two = await ctx.invoke(double, { n: one });
        ctx.log.warn('after');
        return two;
      },
    });
    const { run } = startEngine([chatty, double]);
    const { logs } = await run(chatty, {});
    expect(logs.map(({ n, level, message, fields }) => [n, level, message, fields])).toEqual([
      [1, 'info', 'before', undefined],
      [2, 'info', 'between', '{"one":2}'],
      [3, 'warn', 'after', undefined],
    ]);
  });

  it('gives any nesting of calls the result of calling plain functions', async () => {
    type Tree = { readonly value: number; readonly children: readonly Tree[]; readonly together: boolean };
    const TreeSchema: z.ZodType<Tree, Tree> = z.lazy(() =>
      z.object({ value: z.number(), children: z.array(TreeSchema), together: z.boolean() }),
    );
    const plain = ({ value, children }: Tree): number => children.reduce((sum, child) => sum + plain(child), value);
    const total: Task<Tree, number> = defineTask({
      id: 'total',
      input: TreeSchema,
      result: z.number(),
      async run({ value, children, together }, ctx) {
        if (together) return (await ctx.map(total, children)).reduce((sum, part) => sum + part, value);
        let sum = value;
        for (const child of children) sum += await ctx.invoke(total, child);
        return sum;
      },
    });
    const tree = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.record({
        value: fc.integer(),
        children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
        together: fc.boolean(),
      }),
    })).tree;
    const { run } = startEngine([total]);
    await fc.assert(
      fc.asyncProperty(tree, async (given) => {
        expect((await run(total, given)).result).toBe(plain(given));
      }),
      { numRuns: 50 },
    );
  });
});

describe('shutting down', () => {
  let started = false;
  const patient = defineTask({
    id: 'patient',
    input: z.object({}),
    result: z.number(),
    run: (_, { signal }) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
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

describe('code that goes wrong', () => {
  it('may await calls one after another although a later one fails first', async () => {
    const inOrder = defineTask({
      id: 'in-order',
      input: z.object({}),
      result: z.string(),
      async run(_, ctx) {
        const [good, bad] = [ctx.invoke(double, { n: 1 }), ctx.invoke(refuse, {})];
        const first = await good;
        return bad.then(
          () => 'unexpected',
          () => `${first} and a failure`,
        );
      },
    });
    // The failure is known first.
    const { run } = startEngine([refuse, inOrder, double], { concurrency: 1 });
    expect(await run(inOrder, {})).toMatchObject({ result: '2 and a failure' });
  });

  it.each([
    ['a bigint', () => 10n],
    ['a circular object', circular],
    ['an error whose message is no text', () => Object.assign(new Error(), { message: 5n })],
    ['nothing', () => undefined],
  ])('fails its run whatever it throws: %s', async (_, thrown) => {
    const thrower = defineTask({
      id: 'thrower',
      input: z.object({}),
      result: z.null(),
      retry: { maxAttempts: 1 },
      async run(): Promise<null> {
        // Not an error, on purpose.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw thrown();
      },
    });
    const { run } = startEngine([thrower]);
    expect(await run(thrower, {})).toMatchObject({ state: RunState.failed });
  });

  it('logs what it asks for, also when JSON cannot say it', async () => {
    const chatty = defineTask({
      id: 'odd-logs',
      input: z.object({}),
      result: z.null(),
      async run(_, ctx) {
        ctx.log.info('circular', circular());
        ctx.log.info(undefined as never, { big: 1n });
        ctx.log.info('nul \u0000');
        return null;
      },
    });
    const { run } = startEngine([chatty]);
    const { logs } = await run(chatty, {});
    expect(logs.map(({ message, fields }) => [message, fields])).toEqual([
      ['circular', expect.stringContaining('Circular')],
      ['undefined', expect.stringContaining('1n')],
      ['nul \\u0000', undefined],
    ]);
  });

  it('logs again what a snoozed execution logged after the last answer', async () => {
    let looks = 0;
    const polling = defineTask({
      id: 'polling',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        ctx.log.info('before');
        await ctx.invoke(double, { n: 1 });
        looks += 1;
        ctx.log.info(`look ${looks}`);
        if (looks < 3) throw new SnoozeError(1);
        return looks;
      },
    });
    const { run } = startEngine([polling, double]);
    const { logs } = await run(polling, {});
    expect(logs.map(({ message }) => message)).toEqual(['before', 'look 1', 'look 2', 'look 3']);
  });

  it('is refused a call whose options are nonsense', async () => {
    const nonsense = defineTask({
      id: 'nonsense',
      input: z.object({ options: z.looseObject({}) }),
      result: z.null(),
      retry: { maxAttempts: 1 },
      async run({ options }, ctx) {
        await ctx.invoke(double, { n: 1 }, options);
        return null;
      },
    });
    const { run } = startEngine([nonsense, double]);
    for (const options of [{ priority: 0.5 }, { retry: { maxAttempts: 0 } }, { retry: { initialDelay: '1e3ms' } }]) {
      expect(await run(nonsense, { options })).toMatchObject({
        state: RunState.failed,
        error: { stack: expect.stringMatching(/^(Type|Range)Error/) as string },
      });
    }
  });
});

function circular(): object {
  const object: { self?: object } = {};
  object.self = object;
  return object;
}
