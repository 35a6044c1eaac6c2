import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import {
  type Backoff,
  type CallKind,
  type CallRecord,
  type ChildCallKind,
  type Gate,
  type NewChild,
  newRunId,
  type ValueCallKind,
} from '@millrace/runs';
import {
  checkRetry,
  DEFAULT_RETRY,
  type InvokeOptions,
  type RetryPolicy,
  timeoutMs,
  toMilliseconds,
} from '@millrace/sdk';
import { currentTrace } from '@millrace/telemetry';
import { queueOf, type RegisteredTask } from '../../catalogue/task-registry.js';

/** Queues tell priorities beyond about a million apart no more. */
const LARGEST_PRIORITY = 1_000_000;

/** What a call is, as the code asks it and as the record keeps it. */
export interface CallIdentity {
  readonly kind: CallKind;
  readonly taskId: string | undefined;
  readonly key: string | undefined;
  /** SHA-256, hex, of what it was asked with. */
  readonly inputHash: string;
}

/** A call that waits for children. */
export interface ChildCallRequest {
  readonly kind: ChildCallKind;
  readonly task: RegisteredTask;
  readonly key: string | undefined;
  /** JSON text of each input, at least one. */
  readonly inputs: readonly string[];
  readonly keyOf: (index: number) => string | undefined;
  readonly options: Omit<InvokeOptions, 'key'>;
  /** Of a map: its children that may execute at once. */
  readonly concurrency?: number | undefined;
}

/** A call whose value the run records itself. */
export interface ValueCallRequest {
  readonly kind: ValueCallKind;
  readonly taskId: string | undefined;
  readonly key: string | undefined;
  /** Texts that a replay must ask again. */
  readonly asked: readonly string[];
}

/** SHA-256, hex, of texts, each with its length so that no two lists look alike. */
export function hashTexts(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex');
}

/** Whether the record is of this very call. */
export function matches(record: CallRecord, asked: CallIdentity): boolean {
  return (
    record.kind === asked.kind &&
    record.taskId === asked.taskId &&
    record.key === asked.key &&
    record.inputHash === asked.inputHash
  );
}

/** A call in words, for an error. */
export function describeCall({ kind, taskId, key, inputHash }: CallIdentity): string {
  const of = taskId === undefined ? '' : ` of "${taskId}"`;
  const named = key === undefined ? '' : ` "${key}"`;
  return `${kind}${of}${named} (input ${inputHash.slice(0, 12)})`;
}

/** The children of a call from one input to another, with their gates. */
export function childrenOf(
  request: ChildCallRequest,
  from: number,
  to: number,
  gatesOf: (index: number) => readonly Gate[] | undefined,
): NewChild[] {
  const { inputs, keyOf, task, options } = request;
  const common = newRunOf(task, options);
  return inputs.slice(from, to).map((input, offset) => {
    const index = from + offset;
    const gates = gatesOf(index);
    const child = { ...common, id: newRunId(), index, input, key: keyOf(index) };
    return gates === undefined ? child : { ...child, gates };
  });
}

/** What a called run takes from its task and from the options of the call. */
export function newRunOf(task: RegisteredTask, options: Omit<InvokeOptions, 'key'>) {
  const retry = { ...task.definition.retry, ...options.retry };
  const timeout = options.timeout ?? task.definition.timeout;
  const trace = currentTrace();
  checkRetry(retry);
  checkPriority(options.priority ?? 0);
  if (options.notBefore !== undefined) checkDate('notBefore', options.notBefore);
  return {
    queue: queueOf(task),
    priority: options.priority ?? 0,
    maxAttempts: retry.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    ...(options.retry === undefined ? {} : { backoff: backoffOf(retry) }),
    ...(options.notBefore === undefined ? {} : { dueAt: options.notBefore }),
    ...(timeout === undefined ? {} : { timeoutMs: timeoutMs('timeout', timeout) }),
    ...(trace === undefined ? {} : { trace }),
  };
}

function checkPriority(priority: number): void {
  if (Number.isInteger(priority) && Math.abs(priority) <= LARGEST_PRIORITY) return;
  throw new RangeError(
    `priority is ${String(priority)}; give a whole number from ${-LARGEST_PRIORITY} to ${LARGEST_PRIORITY}.`,
  );
}

function checkDate(field: string, date: unknown): void {
  if (date instanceof Date && !Number.isNaN(date.getTime())) return;
  throw new TypeError(`${field} is ${inspect(date)}; give a valid Date.`);
}

/** A policy's waits in milliseconds, with the defaults filled in. */
export function backoffOf(policy: RetryPolicy = {}): Backoff {
  return {
    initialDelayMs: toMilliseconds(policy.initialDelay ?? DEFAULT_RETRY.initialDelay),
    factor: policy.factor ?? DEFAULT_RETRY.factor,
    maxDelayMs: toMilliseconds(policy.maxDelay ?? DEFAULT_RETRY.maxDelay),
  };
}
