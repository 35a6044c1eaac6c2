import type { Completion, TaskContext } from './task-context.js';

/** Runs that one batch takes at most: a statement's worth of rows (R7). */
const LARGEST_BATCH = 500;

/**
 * What an item of a batch can ask of Millrace: a `TaskContext` without its calls. A call may leave the function for a while,
 * and the other items are in it too.
 */
export type ItemContext = Omit<TaskContext, 'invoke' | 'map' | 'mapSettled' | 'mapEach' | 'start' | 'step' | 'branch'>;

/** One run of a batch. */
export interface BatchItem<I, S> {
  readonly input: I;
  readonly ctx: ItemContext & { readonly services: S };
}

/** What became of one item. Its error does what it does when `run` throws it: a `SnoozeError` snoozes, a `FatalError` is final. */
export type BatchOutcome<O> =
  | { readonly status: 'succeeded'; readonly result: O | Completion }
  | { readonly status: 'failed'; readonly error: Error };

/** How a task takes runs that come together. */
export interface BatchPolicy<I, O, S> {
  /** Runs that one call takes, at most: a whole number from 1 to 500. */
  max: number;
  /**
   * Does what `run` does, for each of these runs. Gives an outcome for each item, in their order; an outcome may be a
   * promise, whose run ends when it settles, whatever the others do. What it throws is the failure of every item.
   */
  runBatch(items: readonly BatchItem<I, S>[]): Promise<readonly (BatchOutcome<O> | Promise<BatchOutcome<O>>)[]>;
}

/** @throws RangeError when `max` is out of its range */
export function checkBatch(max: number): void {
  if (Number.isInteger(max) && max >= 1 && max <= LARGEST_BATCH) return;
  throw new RangeError(`batch.max is ${max}; give a whole number from 1 to ${LARGEST_BATCH}.`);
}
