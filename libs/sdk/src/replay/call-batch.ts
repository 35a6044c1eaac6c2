import type { BatchItem, BatchOutcome, BatchPolicy } from '../batch.js';
import { BatchOutcomesError } from '../errors.js';

type Services = Readonly<Record<string, unknown>>;
/** The batches of a task whose types are not known. */
export type AnyBatch = BatchPolicy<unknown, unknown, Services>;
export type AnyBatchItem = BatchItem<unknown, Services>;

/** One call of `runBatch`. Gives what each item settles by, in their order: a result or a ticket, or what it failed with. */
export function callBatch(taskId: string, batch: AnyBatch, items: readonly AnyBatchItem[]): Promise<unknown>[] {
  const called = Promise.resolve().then(async () => {
    const outcomes = (await batch.runBatch(items)) as readonly unknown[] | undefined;
    const given = outcomes?.length ?? 0;
    if (given !== items.length) throw new BatchOutcomesError(taskId, `${given} outcomes for ${items.length} items`);
    return outcomes as readonly unknown[];
  });
  return items.map(async (_, index) => {
    const outcome = (await (await called)[index]) as BatchOutcome<unknown> | undefined;
    if (outcome?.status === 'succeeded') return outcome.result;
    if (outcome?.status === 'failed') throw outcome.error;
    throw new BatchOutcomesError(taskId, 'an outcome that is neither "succeeded" nor "failed"');
  });
}
