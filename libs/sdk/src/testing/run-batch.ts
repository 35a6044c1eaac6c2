import type { BatchItem } from '../batch.js';
import { SnoozeError } from '../errors.js';
import { callBatch } from '../replay/call-batch.js';
import type { Task } from '../task.js';
import { checkInput, checkResult, checkResultNow, keptResult } from './checked-value.js';
import { type ProvidedService, servicesOf } from './provided-services.js';
import { createItemContext } from './test-context.js';
import { TestSetUpError } from './test-kit.errors.js';
import { TestCompletion, toError, toRunId } from './test-run.js';
import type { Trace } from './trace.js';

export interface RunBatchOptions {
  /** Made by `provide(Token, service)`. @default [] */
  readonly services?: readonly ProvidedService[];
  /** `ctx.signal` of each item. @default one that is never aborted */
  readonly signals?: readonly AbortSignal[];
  /** @default 1 */
  readonly attempt?: number;
}

/** How one item of a batch ended in a test, and what it did. */
export type ItemOutcome<O> = Pick<Trace, 'logs' | 'progress'> &
  (
    | { readonly status: 'succeeded'; readonly result: O }
    | { readonly status: 'failed'; readonly error: Error }
    | { readonly status: 'snoozed'; readonly afterMs: number }
  );

/**
 * Runs the batch of a task in this process, once, as the engine does: an input that its schema refuses is the failure of
 * its own item, and so is a result. Gives the outcomes in the order of the inputs.
 * @throws TestSetUpError (rejects) when the task takes no batch of that size, or the test gives no service that it asks for
 */
export async function runBatch<I, O>(
  { id, definition }: Task<I, O>,
  inputs: readonly NoInfer<I>[],
  { services = [], signals = [], attempt = 1 }: RunBatchOptions = {},
): Promise<ItemOutcome<O>[]> {
  const { batch } = definition;
  const most = batch?.max ?? 0;
  if (batch === undefined || inputs.length < 1 || inputs.length > most) {
    throw new TestSetUpError(`A batch of "${id}" has ${most} items at most; the test gives ${inputs.length}.`);
  }
  const bound = servicesOf(definition, services);
  const traces = inputs.map(() => ({
    logs: [] as Trace['logs'][number][],
    progress: [] as Trace['progress'][number][],
  }));
  const checked = await Promise.allSettled(inputs.map((input) => checkInput(id, definition.input, input)));
  const items = checked.flatMap((input, index): (BatchItem<unknown, typeof bound> & { readonly index: number })[] => {
    if (input.status === 'rejected') return [];
    const run = { runId: toRunId(index), taskId: id, attempt, epoch: 1 };
    const ctx = createItemContext({
      ...run,
      signal: signals[index] ?? new AbortController().signal,
      services: bound,
      onLog: (level, message, fields) => traces[index]?.logs.push({ level, message, fields }),
      onProgress: (fraction, note) => traces[index]?.progress.push({ fraction, note }),
      complete: (result) => new TestCompletion(run.runId, run.epoch, checkResultNow(id, definition.result, result)),
    });
    return [{ index, input: input.value, ctx }];
  });
  const settled = new Map(
    callBatch(
      id,
      batch,
      items.map(({ input, ctx }) => ({ input, ctx })),
    ).map((outcome, at) => [items[at]?.index, outcome]),
  );
  return Promise.all(
    checked.map(async (input, index) => {
      const trace = traces[index] as (typeof traces)[number];
      try {
        if (input.status === 'rejected') throw input.reason;
        const value = await settled.get(index);
        const result = value instanceof TestCompletion ? value.result : await checkResult(id, definition.result, value);
        return { ...trace, status: 'succeeded', result: keptResult(id, result) as O } as const;
      } catch (error) {
        if (error instanceof SnoozeError) return { ...trace, status: 'snoozed', afterMs: error.afterMs } as const;
        return { ...trace, status: 'failed', error: toError(error) } as const;
      }
    }),
  );
}
