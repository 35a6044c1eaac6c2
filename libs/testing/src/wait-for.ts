import { setTimeout as delay } from 'node:timers/promises';

export interface WaitForOptions {
  /** Milliseconds until it gives up. @default 10000 */
  readonly deadline?: number;
  /** Milliseconds between two looks. @default 10 */
  readonly interval?: number;
}

/**
 * Looks again and again until the condition gives something other than undefined, null or false, and returns that.
 *
 * @throws at the deadline, with what the condition last threw as the cause
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { deadline = 10_000, interval = 10 }: WaitForOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + deadline;
  for (;;) {
    let thrown: unknown;
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>;
    } catch (error) {
      thrown = error;
    }
    if (Date.now() >= end) {
      const reason = thrown instanceof Error ? `: ${thrown.message}` : '';
      throw new Error(`Waited ${deadline} ms in vain for ${condition.toString()}${reason}`, { cause: thrown });
    }
    await delay(interval);
  }
}
