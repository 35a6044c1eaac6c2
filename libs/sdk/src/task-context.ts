import type { Duration } from './duration.js';
import type { TaskFailedError } from './errors.js';
import type { JsonOnly } from './json.js';
import type { RetryPolicy } from './retry-policy.js';
import type { Task } from './task.js';

/** How one call differs from its task's own declaration. */
export interface InvokeOptions {
  /** Names this call among its siblings; needed only when the call order can change between attempts. */
  key?: string;
  retry?: RetryPolicy;
  /** Whole life of the run from its creation, or from `notBefore`, waiting and queue time included. @default the task's own */
  timeout?: Duration;
  /** Higher runs first within a queue: a whole number from -1,000,000 to 1,000,000. @default 0 */
  priority?: number;
  /** Due at this time: early by as much as the clocks of the machines differ. */
  notBefore?: Date;
}

export interface MapOptions<I> extends Omit<InvokeOptions, 'key'> {
  /** Names each child; defaults to its index. */
  key?: (input: I, index: number) => string;
  /** Children of this call that execute at once. @default any number: the queue's concurrency is the limit */
  concurrency?: number;
}

/** A validated result on its way into a service's own transaction, which then also ends the run. */
export interface Completion {
  readonly runId: string;
  readonly epoch: number;
  readonly result: unknown;
}

/** How a child run ended. */
export type Outcome<O> =
  | { readonly status: 'succeeded'; readonly runId: string; readonly result: O }
  | { readonly status: 'failed'; readonly runId: string; readonly error: TaskFailedError };

/** Severity of a log line, least severe first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one log line of the run: a message, and fields that JSON keeps. */
export type TaskLog = Record<LogLevel, (message: string, fields?: object) => void>;

/** What a task's function can ask of Millrace while it runs. */
export interface TaskContext {
  readonly runId: string;
  readonly taskId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Number of this execution, from 1: a service's own writes for the run are guarded by it. */
  readonly epoch: number;
  /**
   * Aborted when the run is cancelled, when its time is over, and when its worker stops or has lost it; its reason is a
   * `RunAbortedError`.
   * What has not ended 5 seconds later is left behind: its run ends without it.
   */
  readonly signal: AbortSignal;
  readonly log: TaskLog;

  /**
   * Says how far the run is, from 0 to 1, and what it is at. Shown with the run; of many reports in a short time the last
   * one is stored. Goes on at once, and never fails the run.
   * @throws RangeError when the fraction is no number from 0 to 1
   */
  progress(fraction: number, note?: string): void;

  /** Resolves once all lines logged so far are stored. Await it now and then where very many are: they wait in memory. */
  flushLog(): Promise<void>;

  /** Validates the result and gives a ticket for a service's own transaction, which then also ends the run; return it from `run`. */
  completion(result: unknown): Completion;

  /** Runs a child task and gives its result; throws `TaskFailedError` when the child has used up its attempts. */
  invoke<I, O>(task: Task<I, O>, input: NoInfer<I>, options?: InvokeOptions): Promise<O>;

  /**
   * Runs a child per input and gives the results in input order. The first failure cancels the rest; once all have ended it
   * is thrown as `TaskFailedError`.
   */
  map<I, O>(task: Task<I, O>, inputs: Iterable<NoInfer<I>>, options?: MapOptions<NoInfer<I>>): Promise<O[]>;

  /** As `map`, but a failed child is an outcome, not an exception. */
  mapSettled<I, O>(
    task: Task<I, O>,
    inputs: Iterable<NoInfer<I>>,
    options?: MapOptions<NoInfer<I>>,
  ): Promise<Outcome<O>[]>;

  /** As `mapSettled`, for fan-outs whose results do not fit in memory: visits the outcomes in input order, in pages. */
  mapEach<I, O>(
    task: Task<I, O>,
    inputs: Iterable<NoInfer<I>>,
    onOutcome: (outcome: Outcome<O>, index: number) => void | Promise<void>,
    options?: MapOptions<NoInfer<I>>,
  ): Promise<void>;

  /** Starts a child task and goes on without waiting; the child outlives this run. Gives its run id. */
  start<I, O>(task: Task<I, O>, input: NoInfer<I>, options?: InvokeOptions): Promise<string>;

  /**
   * Does a side effect once and remembers its JSON value; a replay gets the value, not the effect. At-least-once: a
   * crash before the value is recorded repeats it.
   */
  step<T>(name: string, effect: (() => Promise<T>) & JsonOnly<T, 'step value'>): Promise<T>;

  /** Takes the one arm that `on` names, and records the others as skipped. */
  branch<K extends string, A extends Record<K, () => Promise<unknown>>>(
    on: K,
    arms: A & Record<Exclude<keyof A, K>, never>,
  ): Promise<Awaited<ReturnType<A[K]>>>;
}
