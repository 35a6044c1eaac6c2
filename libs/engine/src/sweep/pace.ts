/** Times as long as it took that a look in vain is followed by none. */
const REST = 20;
/** Milliseconds of rest at most, unless said otherwise: a look may have taken long because the server was away. */
const LONGEST_REST_MS = 30_000;

/**
 * The pause between looks over all unfinished runs. Their index keeps those that have finished since another transaction
 * was opened, and each look goes over them: beside one that is open for an hour it would keep a core busy.
 */
export class Pace {
  #pauseMs: number;

  constructor(
    private readonly usualMs: number,
    private readonly longestRestMs = LONGEST_REST_MS,
  ) {
    this.#pauseMs = usualMs;
  }

  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Looks, and rests the longer the longer it took; not when something was found. */
  async look<T>(find: () => Promise<T>, isEmpty: (found: T) => boolean): Promise<T> {
    const begun = performance.now();
    const found = await find();
    const restMs = isEmpty(found) ? Math.min(REST * (performance.now() - begun), this.longestRestMs) : 0;
    this.#pauseMs = Math.max(this.usualMs, restMs);
    return found;
  }
}
