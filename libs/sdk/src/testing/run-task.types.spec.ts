import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineService } from '../service.js';
import { defineTask } from '../task.js';
import { provide, runTask } from './index.js';

const count = defineTask({
  id: 'count',
  input: z.object({ text: z.string() }),
  result: z.object({ words: z.int() }),
  run: async ({ text }) => ({ words: text.split(' ').length }),
});
const Clock = defineService<{ year(): number }>('clock');

describe('runTask', () => {
  it('takes the input of its task and gives its result', async () => {
    const outcome = await runTask(count, { text: 'a b' });
    if (outcome.status === 'succeeded') expectTypeOf(outcome.result).toEqualTypeOf<{ words: number }>();
    if (outcome.status === 'failed') expectTypeOf(outcome.error).toEqualTypeOf<Error>();
    // @ts-expect-error a result stands there only when it succeeded
    expect(outcome.result).toEqual({ words: 2 });
    // @ts-expect-error a wrong input
    expect(await runTask(count, { text: 1 })).toMatchObject({ status: 'failed' });
  });

  it('takes children as functions of any input, and as tasks of any type', () => {
    const children = { count, other: ({ n }: { n: number }) => n, none: () => null };
    expectTypeOf(runTask<{ text: string }, { words: number }>).toBeCallableWith(count, { text: '' }, { children });
  });

  it('takes a service only for a token of its type', () => {
    provide(Clock, { year: () => 2026 });
    // @ts-expect-error another service
    provide(Clock, { month: () => 11 });
  });
});
