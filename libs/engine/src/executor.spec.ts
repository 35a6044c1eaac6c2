import { RunState } from '@millrace/runs';
import { defineService, defineTask, SnoozeError } from '@millrace/sdk';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, refuse, startEngine } from './engine-on-memory.contract.js';
import { ServiceBindings } from './catalogue/service-bindings.js';

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

  it('fails by a result of more than 1 MiB of JSON, without another attempt, and not by one of just that', async () => {
    const long = defineTask({
      id: 'long',
      input: z.number(),
      result: z.string(),
      run: async (length) => 'x'.repeat(length),
    });
    const { run } = startEngine([long]);
    const most = 1024 * 1024 - '""'.length;
    expect(await run(long, most)).toMatchObject({ state: RunState.succeeded });
    expect(await run(long, most + 1)).toMatchObject({
      ...{ state: RunState.failed, attempt: 1 },
      error: { code: 'MR_RESULT_TOO_LARGE' },
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

  describe('that names a service', () => {
    const Clock = defineService<{ year(): number }>('clock');
    const startWithClock = (year: (services: { clock: { year(): number } }) => number) => {
      const tell = defineTask({
        id: 'tell',
        uses: { clock: Clock },
        input: z.object({}),
        result: z.number(),
        run: async (_, ctx) => year(ctx.services),
      });
      const { run } = startEngine([tell], { services: new ServiceBindings().bind(Clock, { year: () => 2026 }) });
      return () => run(tell, {});
    };

    it('is given it', async () => {
      const run = startWithClock(({ clock }) => clock.year());
      expect(await run()).toMatchObject({ result: 2026 });
    });

    it('is given it as its worker binds it, whatever the run before did to its context', async () => {
      const run = startWithClock((services) => {
        const { clock } = services;
        Reflect.set(services, 'clock', { year: () => 1926 });
        return clock.year();
      });
      expect(await run()).toMatchObject({ result: 2026 });
      expect(await run()).toMatchObject({ result: 2026 });
    });
  });
});
