import { AsyncLocalStorage } from 'node:async_hooks';
import { defineTask } from '@millrace/sdk';
import { setTracing, type SpanOptions } from '@millrace/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { double, startEngine } from './engine-on-memory.contract.js';

/** Records spans; the traceparent of one is its place in the list. */
function recordSpans() {
  const active = new AsyncLocalStorage<string>();
  const spans: { readonly name: string; readonly parent: string | undefined }[] = [];
  setTracing({
    inSpan: <T>(name: string, { parent = active.getStore() }: SpanOptions<T>, work: () => Promise<T>) =>
      active.run(String(spans.push({ name, parent }) - 1), work),
    current: () => active.getStore(),
  });
  return { spans, active };
}

afterEach(() => setTracing(undefined));

const quadruple = defineTask({
  id: 'quadruple',
  input: z.object({ n: z.number() }),
  result: z.number(),
  run: async ({ n }, ctx) => ctx.invoke(double, { n: await ctx.invoke(double, { n }) }),
});

describe('a traced run', () => {
  it('belongs to the trace of what asked for it, with its children and its replays', async () => {
    const { spans, active } = recordSpans();
    const { start, ended } = startEngine([quadruple, double]);
    const run = await ended(await active.run('request', () => start(quadruple, { n: 1 })));
    expect(run.result).toBe(4);
    const executions = spans.filter(({ name }) => name === 'run quadruple');
    expect(executions.map(({ parent }) => parent)).toEqual(['request', 'request', 'request']);
    const children = spans.filter(({ name }) => name === 'run double').map(({ parent }) => spans[Number(parent)]?.name);
    expect(children).toEqual(['run quadruple', 'run quadruple']);
  });

  it('is an ordinary run when nothing is traced', async () => {
    const { run } = startEngine([double]);
    expect(await run(double, { n: 2 })).toMatchObject({ state: 'succeeded', result: 4 });
  });
});
