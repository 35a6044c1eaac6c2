import type { Delivery } from '../store/delivery.js';

/** What a queue must hold if it has kept its jobs. */
export interface ExpectedSentinel {
  readonly queue: string;
  /** Undefined: nobody has given it one yet. */
  readonly value: string | undefined;
  /** It has stood for a while and nobody delivers the queue's runs again: a queue that holds another has lost its jobs. */
  readonly settled: boolean;
  /** It has stood for so long that a queue restored from a copy could hold it too. */
  readonly old: boolean;
}

/**
 * The memory of the queues' sentinels (R10). A sentinel is changed here first and beside the jobs then, by whom this
 * memory lets; who dies in between makes the queue look lost, and delivering again does no harm.
 */
export interface QueueSentinels {
  /** Those of all queues that a task, a worker or an earlier sentinel names. */
  expected(): Promise<readonly ExpectedSentinel[]>;

  /** Gives those of these queues a new value whose own is still old; gives them. */
  renew(queues: readonly string[], value: string): Promise<readonly string[]>;

  /**
   * Takes it on for this long to deliver the runs of these queues again, or goes on with it under the same value; gives
   * the queues that nobody else works on and that nobody has just restored.
   */
  restore(queues: readonly string[], value: string, forMs: number): Promise<readonly string[]>;

  /** From here on the queues that were restored under this value must hold it. */
  restored(value: string): Promise<void>;

  /** Queued runs of these queues, due or not, in id order after the cursor. */
  queuedRuns(queues: readonly string[], after: string | undefined, limit: number): Promise<readonly Delivery[]>;
}
