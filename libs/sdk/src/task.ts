import type { z } from 'zod';
import { type BatchPolicy, checkBatch } from './batch.js';
import type { Duration } from './duration.js';
import type { JsonDocument } from './json.js';
import { checkConcurrency, checkRateLimit, type ConcurrencyLimit, type RateLimit } from './limits.js';
import { checkRetry, type RetryPolicy } from './retry-policy.js';
import type { Services, ServiceToken } from './service.js';
import type { Completion, TaskContext } from './task-context.js';
import { timeoutMs } from './timeout.js';

/** The queue of a task that names none. */
export const DEFAULT_QUEUE = 'default';

type Context<U> = TaskContext & { readonly services: Services<U> };

/** What `defineTask` takes. */
export interface TaskDefinition<
  Id extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
  U extends Record<string, ServiceToken<unknown>>,
> {
  /** Lower-case words joined by hyphens, 1 to 100 characters: `fleet-summary`. */
  id: Id;
  /** One sentence for the catalogue. */
  description?: string;
  /** Services the worker binds at boot. */
  uses?: U;
  /** Checks an input; inputs travel as JSON. */
  input: In & JsonDocument<z.input<In>, 'input'>;
  /** Checks a result; results are kept as JSON. */
  result: Out & JsonDocument<z.output<Out>, 'result'>;
  /** The BullMQ queue whose workers take it: 1 to 100 letters, digits, `-` and `_`. @default 'default' */
  queue?: string;
  retry?: RetryPolicy;
  /** Executing time of one attempt, all its executions together. @default '1h' */
  attemptTimeout?: Duration;
  /** Whole life of a run from its creation, or from its `notBefore`, waiting and queue time included. @default none */
  timeout?: Duration;
  concurrency?: ConcurrencyLimit<z.output<In>>;
  rateLimit?: RateLimit;
  run(input: z.output<In>, ctx: Context<U>): Promise<z.input<Out> | Completion>;
  /** Takes runs that come together, in one call. A run that comes alone, or that has made calls, is for `run`. */
  batch?: BatchPolicy<z.output<In>, z.input<Out>, Services<U>>;
}

/** A definition whose types are not known, as a registry holds it. */
export type AnyTaskDefinition = TaskDefinition<string, z.ZodType, z.ZodType, Record<string, ServiceToken<unknown>>>;

declare const brand: unique symbol;

/** A defined task: a plain value, to be invoked by other tasks or exported to Millrace. */
export interface Task<I, O, Id extends string = string> {
  readonly id: Id;
  readonly definition: AnyTaskDefinition;
  readonly [brand]: (input: I) => O;
}

const TASK = Symbol.for('millrace.task');
const ID_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What BullMQ takes on any backend, and `WORKER_QUEUES` can name. */
const QUEUE_PATTERN = /^[\w-]{1,100}$/;

/**
 * Defines a task. Export it from a file in `TASKS` and workers can run it.
 * @throws TypeError when the id or the name of the queue is malformed, RangeError when the retry policy, a timeout, a limit or the size of its batches is
 */
export function defineTask<
  Id extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
  U extends Record<string, ServiceToken<unknown>> = Record<never, never>,
>(definition: TaskDefinition<Id, In, Out, U>): Task<z.input<In>, z.output<Out>, Id> {
  const { id } = definition;
  if (!ID_PATTERN.test(id) || id.length > 100) {
    throw new TypeError(
      `"${id}" is no task id. Use 1 to 100 lower-case letters, digits and single hyphens: "fleet-summary".`,
    );
  }
  if (definition.queue !== undefined && !QUEUE_PATTERN.test(definition.queue)) {
    throw new TypeError(
      `"${definition.queue}" is no name of a queue. Use 1 to 100 letters, digits, hyphens and underscores: "reports".`,
    );
  }
  checkRetry(definition.retry ?? {});
  if (definition.attemptTimeout !== undefined) timeoutMs('attemptTimeout', definition.attemptTimeout);
  if (definition.timeout !== undefined) timeoutMs('timeout', definition.timeout);
  if (definition.concurrency !== undefined) checkConcurrency('concurrency.limit', definition.concurrency.limit);
  if (definition.rateLimit !== undefined) checkRateLimit(definition.rateLimit);
  if (definition.batch !== undefined) checkBatch(definition.batch.max);
  // The registry works with the erased definition; the brand keeps the types for callers.
  const task = { id, definition: Object.freeze({ ...definition }) as unknown as AnyTaskDefinition, [TASK]: true };
  return Object.freeze(task) as unknown as Task<z.input<In>, z.output<Out>, Id>;
}

/** Whether a value came from `defineTask`, of this copy of the SDK or another. */
export function isTask(value: unknown): value is Task<unknown, unknown> {
  return typeof value === 'object' && value !== null && TASK in value;
}

/**
 * Checks what a call is given for a task: types do not hold where modules import one another in a circle.
 * @throws TypeError
 */
export function checkTask(call: string, value: unknown): void {
  if (isTask(value)) return;
  const given = typeof value === 'string' ? `"${value}"` : String(value);
  throw new TypeError(
    `ctx.${call} was given ${given} for a task. Give what defineTask returned; it is undefined while modules that import one another are loading.`,
  );
}
