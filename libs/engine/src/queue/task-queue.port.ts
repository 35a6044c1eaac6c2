import type { Delivery } from '@millrace/runs';

/** The parent of children delivered together; names their flow where the backend has flows. */
export interface FlowParent {
  readonly runId: string;
  readonly delivery: number;
  /** The call that made the children. */
  readonly seq: number;
  readonly taskId: string;
  readonly queue: string;
}

/**
 * The disposable queue: asks workers to claim runs. It decides nothing and records nothing (R2): losing all of it
 * loses time, not runs. Each method rejects within a time limit when the backend does not answer.
 */
export interface TaskQueue {
  /** Adds a job for each delivery. A delivery that is already there is left as it is. */
  deliver(deliveries: readonly Delivery[]): Promise<void>;

  /** Adds a call's children, as a flow below their parent where the backend has cheap flows. */
  deliverChildren(parent: FlowParent, children: readonly Delivery[]): Promise<void>;

  /** Which of these have no unfinished job. */
  missing(deliveries: readonly Delivery[]): Promise<readonly Delivery[]>;

  /**
   * What each of these queues was last given by `setSentinels`; one that lost its jobs has lost its sentinel too, or has
   * an older one.
   */
  sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /** Puts this value, a word, beside the jobs of these queues, to share their fate. */
  setSentinels(queues: readonly string[], value: string): Promise<void>;

  /** Resolves when the backend answers. */
  ping(): Promise<void>;
}
