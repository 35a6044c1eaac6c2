import type { Backoff } from '../retries/backoff.js';
import type { Delivery } from './delivery.js';
import type { Gate } from '../limits/gate.js';

/** What started a run. */
export type RunTrigger = 'api' | 'file' | 'call';

/** A run about to be created. `input` is JSON text: it is stored to the byte. */
export interface NewRun {
  readonly id: string;
  readonly taskId: string;
  readonly queue: string;
  readonly input: string;
  readonly trigger: RunTrigger;
  readonly priority: number;
  readonly maxAttempts: number;
  /** Undefined: the task's own. */
  readonly backoff?: Backoff;
  readonly dueAt?: Date;
  /** Milliseconds from its creation, or from `dueAt` when that is later, that the run has in all. @default without end */
  readonly timeoutMs?: number;
  readonly deduplication?: Deduplication;
  /** What it is found by, each once, at least one; undefined: nothing. */
  readonly tags?: readonly string[];
  /** What it passes before each claim, in order, at least one; undefined: it has no limit. */
  readonly gates?: readonly Gate[];
  /** What asks for it, as a W3C traceparent. @default nothing that is traced */
  readonly trace?: string;
}

/**
 * Lets at most one run of a task be unfinished under a key: a further creation is answered by that run. Unlike an
 * idempotency key it says nothing about the request, and it is free again once the run has ended.
 */
export interface Deduplication {
  readonly key: string;
  /** The run holds the key at least so long after its creation, ended or not. @default 0 */
  readonly ttlMs?: number;
}

/** Binds a creation to a caller's key: the same key and body give the same run, another body is refused. */
export interface IdempotencyClaim {
  readonly key: string;
  /** SHA-256 of the request body, hex. */
  readonly bodyHash: string;
}

export type CreateOutcome =
  | { readonly status: 'created'; readonly delivery: Delivery }
  | { readonly status: 'existing'; readonly runId: string }
  /** `runId` is unknown when the key was sent with another kind of request. */
  | { readonly status: 'key-conflict'; readonly runId: string | undefined };
