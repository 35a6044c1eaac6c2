import { RunState } from '@millrace/runs';
import { defineTask, SnoozeError, type TaskContext } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, refuse, startEngine } from '../../engine-on-memory.contract.js';

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
    [
      'an error that throws when its code is read',
      () => Object.defineProperty(new Error(), 'code', { get: refuseToSay }),
    ],
    [
      'an error that throws when its message is read',
      () => Object.defineProperty(new Error(), 'message', { get: refuseToSay }),
    ],
    ['a snooze that does not say for how long', () => Object.assign(new Error(), { code: 'MR_SNOOZE' })],
    ['a snooze without end', () => Object.assign(new Error(), { code: 'MR_SNOOZE', afterMs: Infinity })],
    ['a snooze longer than any', () => Object.assign(new Error(), { code: 'MR_SNOOZE', afterMs: 1e15 })],
    ['an object that nobody can look at', () => new Proxy({}, { getPrototypeOf: refuseToSay, get: refuseToSay })],
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

  it('is refused a call that it makes beside an open one, once its run is suspended', async () => {
    const [suspended, refusals, effects] = [new Set<number>(), [] as string[], [] as number[]];
    const wandering = defineTask({
      id: 'wandering',
      input: z.object({}),
      result: z.number(),
      async run(_, ctx) {
        const { epoch } = ctx;
        const aside = async () => {
          await waitFor(() => suspended.has(epoch));
          await ctx.step('late', async () => effects.push(epoch));
        };
        if (epoch === 1) void aside().catch((error: { code: string }) => refusals.push(error.code));
        return ctx.invoke(double, { n: 1 });
      },
    });
    const { run, store } = startEngine([wandering, double]);
    const suspend = store.suspend.bind(store);
    store.suspend = (execution, ...others) => {
      suspended.add(execution.epoch);
      return suspend(execution, ...others);
    };
    expect(await run(wandering, {})).toMatchObject({ state: RunState.succeeded, result: 2 });
    await waitFor(() => refusals.length > 0);
    expect({ refusals, effects }).toEqual({ refusals: ['MR_EXECUTION_OVER'], effects: [] });
  });

  it('has the beginning of a log line kept that is too long, message and fields', async () => {
    const wordy = defineTask({
      id: 'wordy',
      input: z.object({}),
      result: z.null(),
      async run(_, ctx) {
        ctx.log.info('x'.repeat(100_000), { rows: 'y'.repeat(65_526) });
        ctx.log.info('just fits', { rows: 'y'.repeat(65_525) });
        return null;
      },
    });
    const { run } = startEngine([wordy]);
    const { logs } = await run(wordy, {});
    expect(logs.map(({ message, fields }) => [message.length, fields?.length])).toEqual([
      [16_388, 16_420],
      [9, 65_536],
    ]);
    expect(JSON.parse(logs[0]?.fields ?? '')).toMatchObject({
      cut: expect.stringMatching(/^\{"rows":"y+ \.\.\.$/) as string,
      characters: 65_537,
    });
  });

  it.each([
    ['JSON', {}],
    ['no JSON', { rows: 1n }],
  ])('keeps no secret that it logs with %s under the name of one', async (_what, more) => {
    const careless = defineTask({
      id: 'careless',
      input: z.object({}),
      result: z.null(),
      async run(_, ctx) {
        ctx.log.info('signed in', { user: 'ada', options: { password: 'hunter2' }, ...more });
        return null;
      },
    });
    const { run } = startEngine([careless]);
    const { logs } = await run(careless, {});
    expect(logs[0]?.fields).toMatch(/ada/);
    expect(logs[0]?.fields).not.toMatch(/hunter2/);
  });

  it.each([
    ['a bigint', () => 1n, 'serialize a BigInt'],
    ['a circular object', circular, 'circular structure'],
    ['a function', () => circular, 'a function is no JSON value'],
    ['a symbol', () => Symbol('s'), 'a symbol is no JSON value'],
  ])('fails for good when it returns what JSON cannot say, and says so: %s', async (_, returned, words) => {
    const returning = defineTask({
      id: 'returning',
      input: z.object({}),
      result: z.unknown(),
      run: async () => returned(),
    });
    const { run } = startEngine([returning]);
    expect(await run(returning, {})).toMatchObject({
      ...{ state: RunState.failed, attempt: 1 },
      error: { code: 'MR_RESULT_INVALID', pointer: '', message: expect.stringContaining(words) as string },
    });
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
    for (const [options, words] of [
      [{ priority: 0.5 }, 'priority is 0.5; give a whole number'],
      [{ priority: 1e12 }, 'priority is 1000000000000; give a whole number'],
      [{ retry: { maxAttempts: 0 } }, 'retry.maxAttempts is 0'],
      [{ retry: { initialDelay: '1e3ms' } }, '"1e3ms" is no duration'],
      [{ notBefore: 'tomorrow' }, "notBefore is 'tomorrow'; give a valid Date"],
    ] as const) {
      expect(await run(nonsense, { options })).toMatchObject({
        state: RunState.failed,
        error: { message: expect.stringContaining(words) as string },
      });
    }
  });

  it.each<[string, (ctx: TaskContext, child: never) => Promise<unknown>]>([
    ['invoke', (ctx, child) => ctx.invoke(child, {})],
    ['start', (ctx, child) => ctx.start(child, {})],
    ['map', (ctx, child) => ctx.map(child, [{}])],
  ])('is told that a call was given no task: %s', async (call, ask) => {
    const misled = defineTask({
      ...{ id: 'misled', input: z.object({}), result: z.array(z.string()) },
      run: (_, ctx) =>
        Promise.all(
          [undefined, 'double', {}].map((child) =>
            ask(ctx, child as never).then(String, (error: Error) => error.message),
          ),
        ),
    });
    const { run } = startEngine([misled]);
    const message = (given: string) => expect.stringContaining(`ctx.${call} was given ${given} for a task.`) as string;
    expect(await run(misled, {})).toMatchObject({
      result: [message('undefined'), message('"double"'), message('[object Object]')],
    });
  });
});

function refuseToSay(): never {
  throw new Error('none of your business');
}

function circular(): object {
  const object: { self?: object } = {};
  object.self = object;
  return object;
}
