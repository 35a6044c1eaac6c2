import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds until a write is tried again that was refused. */
const PAUSE_MS = 1_000;
/** Milliseconds of refusals after which only another process may do better. */
const LIMIT_MS = 60_000;

export interface WriteLimits {
  readonly pauseMs?: number;
  readonly limitMs?: number;
}

export interface UntilWrittenParts extends WriteLimits {
  readonly onRefused: (error: unknown) => void;
  /** Called once, when it has been refused for so long. */
  readonly onHopeless: () => void;
  /** The process ends: whoever finds its lease over goes on. */
  readonly isEnding: () => boolean;
}

/**
 * Writes what became of a run, again and again: a store that refuses it for no fault of the run's, since a migration is
 * missing or a right was taken, may take it later. Until then the run keeps its slot, so that a worker that cannot end
 * runs takes no more of them than it has slots.
 * @throws what it was refused with last, when the process ends
 */
export async function untilWritten(
  write: () => Promise<void>,
  { pauseMs = PAUSE_MS, limitMs = LIMIT_MS, onRefused, onHopeless, isEnding }: UntilWrittenParts,
): Promise<void> {
  let hopelessAt = performance.now() + limitMs;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      onRefused(error);
      if (isEnding()) throw error;
    }
    if (performance.now() >= hopelessAt) {
      hopelessAt = Infinity;
      onHopeless();
    }
    await delay(pauseMs);
  }
}
