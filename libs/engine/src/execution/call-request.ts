import { createHash } from 'node:crypto';
import { type Backoff, type CallKind, type CallRecord, type NewChild, newRunId } from '@millrace/runs';
import { DEFAULT_RETRY, type InvokeOptions, type RetryPolicy, toMilliseconds } from '@millrace/sdk';
import { queueOf, type RegisteredTask } from '../task-registry.js';

/** A call as the task's code asks it. */
export interface CallRequest {
  readonly kind: CallKind;
  readonly task: RegisteredTask;
  readonly key: string | undefined;
  /** JSON text of each input. */
  readonly inputs: readonly string[];
  readonly keyOf: (index: number) => string | undefined;
  readonly options: Omit<InvokeOptions, 'key'>;
}

/** SHA-256, hex, of the inputs' JSON texts, each with its length so that no two lists look alike. */
export function hashInputs(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  return hash.digest('hex');
}

/** Whether the record is of this very call. */
export function matches(record: CallRecord, request: CallRequest, inputHash: string): boolean {
  return (
    record.kind === request.kind &&
    record.taskId === request.task.id &&
    record.key === request.key &&
    record.inputHash === inputHash
  );
}

/** A call in words, for an error. */
export function describeCall(call: {
  kind: CallKind;
  taskId: string;
  key: string | undefined;
  inputHash: string;
}): string {
  const key = call.key === undefined ? '' : ` with key "${call.key}"`;
  return `${call.kind} of "${call.taskId}"${key} (input ${call.inputHash.slice(0, 12)})`;
}

/** The children of a call from one input to another. */
export function childrenOf(request: CallRequest, from: number, to: number): NewChild[] {
  const { task, options } = request;
  const retry = { ...task.definition.retry, ...options.retry };
  return request.inputs.slice(from, to).map((input, offset) => ({
    id: newRunId(),
    index: from + offset,
    queue: queueOf(task),
    input,
    key: request.keyOf(from + offset),
    priority: options.priority ?? 0,
    maxAttempts: retry.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    ...(options.retry === undefined ? {} : { backoff: backoffOf(retry) }),
    ...(options.notBefore === undefined ? {} : { dueAt: options.notBefore }),
  }));
}

/** A policy's waits in milliseconds, with the defaults filled in. */
export function backoffOf(policy: RetryPolicy = {}): Backoff {
  return {
    initialDelayMs: toMilliseconds(policy.initialDelay ?? DEFAULT_RETRY.initialDelay),
    factor: policy.factor ?? DEFAULT_RETRY.factor,
    maxDelayMs: toMilliseconds(policy.maxDelay ?? DEFAULT_RETRY.maxDelay),
  };
}
