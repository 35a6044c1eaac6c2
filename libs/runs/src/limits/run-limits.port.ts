import type { Delivery } from '../store/delivery.js';
import type { Gate } from './gate.js';

/** The limits of a task that are in force. */
export interface TaskLimits {
  /** Runs of one key that may execute at once; undefined: any number. */
  readonly concurrencyLimit: number | undefined;
  /** Claims in a period, in milliseconds; undefined: any number. */
  readonly rateLimit: { readonly max: number; readonly perMs: number } | undefined;
}

/** What one look at a gate came to. */
export interface Admission {
  /** Runs that have passed their last gate: to be delivered. */
  readonly deliveries: readonly Delivery[];
  /** Gates where runs wait now that have passed this one. */
  readonly onward: readonly Gate[];
  /** Whether there was more to do than one look does. */
  readonly again: boolean;
  /** Of a rate that is used up while runs wait: milliseconds until it is not. */
  readonly pauseMs: number | undefined;
}

/**
 * Admission (R11, ADR 5). A limited run is `queued` without being claimable until it has passed its gates under its
 * present delivery; every entry into the queue begins anew. It holds a slot of each gate it has passed for as long as it
 * is queued or running under that delivery, so the very move that ends its execution frees the slot.
 */
export interface RunLimits {
  /** Puts a queued run that its delivery could not claim at its first gate; undefined when it has none or waits already. */
  arrive(runId: string, delivery: number): Promise<Gate | undefined>;

  /** Lets through as many as there is room for, by priority, then id. */
  admit(gate: Gate): Promise<Admission>;

  /** Gates where runs wait, in order after the cursor. */
  waitedAt(after: Gate | undefined, limit: number): Promise<readonly Gate[]>;
}
