import { SnoozeError } from '@millrace/sdk';
import { unlessAborted } from './unless-aborted.js';

/** A load that began as long ago kills no worker any more: what does has done so by then. */
const PROVEN_MS = 60_000;
/** For how long no load begins, so that a suspect finds no other beside it when it comes again. */
const HELD_MS = 10_000;
/** Until a suspect comes again that met others, and one that met another suspect; twice as long at most. */
const AGAIN_MS = { others: 1_000, suspect: 5_000 } as const;

/**
 * Keeps loads apart that may be what kills their worker: one of those whose attempts were lost with it begins while no other
 * load goes on that began a moment ago, no other begins for a minute after it, and no two of them go on at once. So what kills
 * its worker again takes no last attempt of another with it. It is for the loads of one process.
 */
export class Isolation {
  /** When each load that goes on began, by the steady clock. */
  readonly #begun = new Map<symbol, number>();
  readonly #waiting = new Set<() => void>();
  /** When the suspect began that goes on. */
  #suspectMs: number | undefined;
  #heldUntilMs = 0;

  /** Milliseconds since the load began that has gone on longest; 0 when none does. */
  get oldestMs(): number {
    const nowMs = performance.now();
    return Math.max(0, ...[...this.#begun.values()].map((begunMs) => nowMs - begunMs));
  }

  /** Does the work once no suspect is in its way. @throws the reason of the signal, when that is aborted before */
  async besideOthers<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let ms = this.#heldForMs(); ms > 0; ms = this.#heldForMs()) await this.#released(ms, signal);
    return this.#track(work);
  }

  /**
   * Does the work of a suspect. One that did not come again while no load began, for it had to queue behind those that waited, waits
   * here for the others, as long as none begins.
   * @throws SnoozeError when it is not alone: nothing was begun; the reason of the signal, when that is aborted before
   */
  async alone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#suspectMs === undefined && this.#isBesideYoung()) {
      const nowMs = performance.now();
      const wasHeldInVain = this.#heldUntilMs > 0 && this.#heldUntilMs <= nowMs;
      this.#heldUntilMs = nowMs + HELD_MS;
      if (wasHeldInVain) await this.#othersEnded(signal);
    }
    if (this.#suspectMs !== undefined) throw new SnoozeError(spread(AGAIN_MS.suspect));
    if (this.#isBesideYoung()) throw new SnoozeError(spread(AGAIN_MS.others));
    this.#heldUntilMs = 0;
    this.#suspectMs = performance.now();
    try {
      return await this.#track(work);
    } finally {
      this.#suspectMs = undefined;
      this.#release();
    }
  }

  async #track<T>(work: () => Promise<T>): Promise<T> {
    const load = Symbol();
    this.#begun.set(load, performance.now());
    try {
      return await work();
    } finally {
      this.#begun.delete(load);
      this.#release();
    }
  }

  /** Resolves when no load goes on any more that began a moment ago, or others may begin again. */
  async #othersEnded(signal?: AbortSignal): Promise<void> {
    for (let ms = this.#heldForMs(); ms > 0 && this.#isBesideYoung(); ms = this.#heldForMs()) {
      if (this.#suspectMs !== undefined) return;
      await this.#released(ms, signal);
    }
  }

  /** Whether a load goes on that began so short a time ago that it may kill its worker. */
  #isBesideYoung(): boolean {
    const sinceMs = performance.now() - PROVEN_MS;
    return [...this.#begun.values()].some((begunMs) => begunMs > sinceMs);
  }

  #heldForMs(): number {
    const untilMs = this.#suspectMs === undefined ? this.#heldUntilMs : this.#suspectMs + PROVEN_MS;
    return untilMs - performance.now();
  }

  #release(): void {
    for (const release of this.#waiting) release();
  }

  /** After so many milliseconds, or when a load has ended. @throws the reason of the signal, when that is aborted before */
  #released(ms: number, signal?: AbortSignal): Promise<void> {
    const released = new Promise<void>((resolve) => {
      const release = () => {
        clearTimeout(timer);
        this.#waiting.delete(release);
        resolve();
      };
      const timer = setTimeout(release, ms);
      this.#waiting.add(release);
    });
    return signal === undefined ? released : unlessAborted(released, signal);
  }
}

/** Several that were lost together come again apart. */
function spread(ms: number): number {
  return Math.ceil(ms * (1 + Math.random()));
}
