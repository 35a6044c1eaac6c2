import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds until a write is tried again that was refused. */
const PAUSE_MS = 1_000;
/** Milliseconds of refusals after which only another process may do better. */
const LIMIT_MS = 60_000;

export interface WriteLimits {
  readonly pauseMs?: number;
  readonly limitMs?: number;
}

/** With a store that refuses what runs write. */
export interface Patience extends WriteLimits {
  /** Called once a write, when it has been refused for so long. */
  readonly onHopeless: (runId: string) => void;
}

export interface UntilWrittenParts {
  readonly runId: string;
  readonly patience: Patience;
  /** Whether it is worth trying again after this. @default always */
  readonly isRefusal?: (error: unknown) => boolean;
  readonly onRefused: (error: unknown) => void;
  /** The process ends, and whoever finds its lease over goes on; or nobody waits for it any longer. */
  readonly isEnding: () => boolean;
}

/**
 * Writes for a run, again and again: a store that refuses it for no fault of the run's, since a migration is
 * missing or a right was taken, may take it later. Until then the run keeps its slot, so that a worker that cannot end
 * runs takes no more of them than it has slots, or three a slot of those that came in lists.
 * @throws what is no refusal, and what it was refused with last when this is to end
 */
export async function untilWritten<T>(
  write: () => Promise<T>,
  { runId, patience, isRefusal, onRefused, isEnding }: UntilWrittenParts,
): Promise<T> {
  const { pauseMs = PAUSE_MS, limitMs = LIMIT_MS, onHopeless } = patience;
  let hopelessAt = performance.now() + limitMs;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (isRefusal?.(error) === false) throw error;
      onRefused(error);
      if (isEnding()) throw error;
    }
    if (performance.now() >= hopelessAt) {
      hopelessAt = Infinity;
      onHopeless(runId);
    }
    await delay(pauseMs);
  }
}
