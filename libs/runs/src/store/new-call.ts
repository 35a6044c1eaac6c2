import type { StepFailure } from '@millrace/sdk';
import type { Backoff } from '../retries/backoff.js';
import type { ChildCallKind, ValueCallKind } from './call.js';
import type { Gate } from '../limits/gate.js';

export interface NewCall {
  readonly seq: number;
  readonly kind: ChildCallKind;
  readonly taskId: string;
  readonly key: string | undefined;
  readonly inputHash: string;
  /** How many children it will have, at least 1. */
  readonly children: number;
  /** How many of them may execute at once; undefined: any number. */
  readonly concurrency?: number;
}

/** A call whose value the run records itself. */
export interface NewValue {
  readonly seq: number;
  readonly kind: ValueCallKind;
  readonly taskId: string | undefined;
  readonly key: string | undefined;
  readonly inputHash: string;
  readonly outcomeSeq: number;
  /** JSON text; undefined when there is none. */
  readonly value: string | undefined;
  /** Of a step that failed. */
  readonly error?: StepFailure;
}

export interface NewChild {
  readonly id: string;
  /** Its place among the call's inputs, from 0. */
  readonly index: number;
  readonly queue: string;
  readonly input: string;
  readonly key: string | undefined;
  readonly priority: number;
  readonly maxAttempts: number;
  /** Undefined: the task's own. */
  readonly backoff?: Backoff;
  readonly dueAt?: Date;
  /** What it passes before each claim, in order, at least one; undefined: it has no limit. */
  readonly gates?: readonly Gate[];
  /** Milliseconds from its creation, or from `dueAt` when that is later, that the run has in all. @default without end */
  readonly timeoutMs?: number;
  /** What asks for it, as a W3C traceparent. @default nothing that is traced */
  readonly trace?: string;
}
