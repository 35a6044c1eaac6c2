import { defineTask, SnoozeError } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startEngine } from './engine-on-memory.contract.js';

/** Counts who is inside, by name; the task's own measure of a limit. */
function turnstile() {
  const inside = new Map<string, number>();
  const most = new Map<string, number>();
  const pass = async (name: string, stay: () => Promise<void> = () => new Promise((end) => setTimeout(end, 2))) => {
    const now = (inside.get(name) ?? 0) + 1;
    inside.set(name, now);
    most.set(name, Math.max(now, most.get(name) ?? 0));
    await stay();
    inside.set(name, (inside.get(name) ?? 0) - 1);
    return null;
  };
  return { pass, most: (name: string) => most.get(name) ?? 0 };
}

const keyed = (id: string, limit: number, run: (input: { key: string; n: number }) => Promise<null>) =>
  defineTask({
    id,
    input: z.object({ key: z.string(), n: z.number() }),
    result: z.null(),
    concurrency: { key: ({ key }) => key, limit },
    run,
  });

describe('limited runs', () => {
  it('execute at most as many of a key as the limit, and other keys beside them', async () => {
    const { pass, most } = turnstile();
    const task = keyed('keyed', 2, ({ key }) => pass(key).then(() => pass('any')));
    const engine = startEngine([task], { concurrency: 20 });
    const inputs = Array.from({ length: 24 }, (_, n) => ({ key: `k${n % 3}`, n }));
    const runs = await Promise.all(inputs.map((input) => engine.start(task, input)));
    await waitFor(() => runs.every((id) => engine.store.peek(id).state === 'succeeded'));
    expect([most('k0'), most('k1'), most('k2')]).toEqual([2, 2, 2]);
    expect(most('any')).toBeGreaterThan(2);
    await engine.stop();
  });

  it('hold no slot while they wait for a child, even one of the same key', async () => {
    const { pass, most } = turnstile();
    const task = defineTask({
      id: 'countdown',
      input: z.number(),
      result: z.number(),
      concurrency: { key: () => 'one', limit: 1 },
      async run(n, ctx): Promise<number> {
        await pass('one');
        return n === 0 ? 0 : 1 + (await ctx.invoke(task, n - 1));
      },
    });
    const engine = startEngine([task]);
    const { result } = await engine.run(task, 4);
    expect(result).toBe(4);
    expect(most('one')).toBe(1);
    await engine.stop();
  });

  it('hold no slot while they snooze, nor while they back off', async () => {
    const task = keyed('sleepy', 1, async ({ n }) => {
      if (n === 0) throw new SnoozeError('1h');
      if (n === 1) throw new Error('later');
      return null;
    });
    const engine = startEngine([task]);
    const [snoozed, failed, last] = [0, 1, 2].map((n) => engine.start(task, { key: 'k', n }));
    await waitFor(async () => engine.store.peek((await last) as string).state === 'succeeded');
    expect(engine.store.peek((await snoozed) as string).state).toBe('queued');
    expect(engine.store.peek((await failed) as string).attempt).toBe(2);
    await engine.stop();
  });

  it('of one map execute at most as many as its concurrency, and all of them do', async () => {
    const { pass, most } = turnstile();
    const item = defineTask({ id: 'item', input: z.number(), result: z.null(), run: () => pass('item') });
    const all = defineTask({
      id: 'all',
      input: z.number(),
      result: z.number(),
      run: async (n, ctx) => (await ctx.map(item, Array(n).keys(), { concurrency: 3 })).length,
    });
    const engine = startEngine([item, all], { concurrency: 20 });
    expect((await engine.run(all, 30)).result).toBe(30);
    expect(most('item')).toBe(3);
    await engine.stop();
  });

  it('pass the gate of their map and that of their key', async () => {
    const { pass, most } = turnstile();
    const item = keyed('item', 1, ({ key }) => pass(key).then(() => pass('any')));
    const all = defineTask({
      id: 'all',
      input: z.number(),
      result: z.number(),
      async run(n, ctx) {
        const inputs = Array.from({ length: n }, (_, i) => ({ key: `k${i % 2}`, n: i }));
        return (await ctx.mapSettled(item, inputs, { concurrency: 5 })).length;
      },
    });
    const engine = startEngine([item, all], { concurrency: 20 });
    expect((await engine.run(all, 20)).result).toBe(20);
    expect([most('k0'), most('k1'), most('any')]).toEqual([1, 1, 2]);
    await engine.stop();
  });

  it('are claimed no more often than their rate allows in any period', async () => {
    const at: number[] = [];
    const task = defineTask({
      id: 'paced',
      input: z.null(),
      result: z.null(),
      rateLimit: { max: 3, per: '100ms' },
      run: async () => null,
    });
    const engine = startEngine([task], { concurrency: 20 });
    // When it was claimed, not when the code came to its turn: what is promised is the distance of claims.
    const claim = engine.store.claim.bind(engine.store);
    engine.store.claim = async (...delivery) => {
      const claimed = await claim(...delivery);
      if (claimed !== undefined) at.push(performance.now());
      return claimed;
    };
    const runs = await Promise.all(Array.from({ length: 10 }, () => engine.start(task, null)));
    await waitFor(() => at.length === 10);
    at.sort((a, b) => a - b);
    // A millisecond for the clocks' grain.
    for (let i = 3; i < at.length; i += 1) expect((at[i] as number) - (at[i - 3] as number)).toBeGreaterThanOrEqual(99);
    expect(engine.store.peek(runs[9] as string).attempt).toBe(1);
    await engine.stop();
  });

  it('are not created when their key cannot be had: the request, or the whole call, says why', async () => {
    const task = keyed('keyless', 1, async () => null);
    const broken = defineTask({
      ...{ id: 'broken', input: z.number(), result: z.null(), run: async () => null },
      concurrency: {
        limit: 1,
        key(n: number): string {
          if (n === 1) throw new Error('no such tenant');
          return 'k';
        },
      },
    });
    const all = defineTask({
      id: 'all',
      input: z.null(),
      result: z.null(),
      async run(_, ctx) {
        await ctx.map(broken, [0, 1]);
        return null;
      },
    });
    const engine = startEngine([task, broken, all]);
    await expect(engine.start(task, { key: '', n: 0 })).rejects.toThrow('it has 0 characters instead of 1 to 200');
    const { error, attempt, calls } = await engine.run(all, null);
    expect(error).toMatchObject({ code: 'MR_CONCURRENCY_KEY_INVALID' });
    expect(error?.message).toContain('its function threw: no such tenant');
    expect([attempt, calls]).toEqual([1, []]);
    await engine.stop();
  });

  it('of which the schema refuses the input fail by that, one after the other', async () => {
    const task = keyed('strict', 1, async () => null);
    const all = defineTask({
      id: 'all',
      input: z.null(),
      result: z.array(z.string()),
      async run(_, ctx) {
        const outcomes = await ctx.mapSettled(task, [{ key: 'k', n: 1 }, { key: 'k' } as { key: string; n: number }]);
        return outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.error.message : 'fine'));
      },
    });
    const engine = startEngine([task, all]);
    expect((await engine.run(all, null)).result).toEqual([
      'fine',
      expect.stringContaining('does not match the schema'),
    ]);
    await engine.stop();
  });
});
