/**
 * Which runs a worker has in hand: from before their claim is sent until what became of them is committed. What is `running` on it
 * and not among them nobody executes.
 */
export class RunsInHand {
  /** How often: a delivery may come twice. */
  readonly #taken = new Map<string, number>();
  readonly #leaving = new Set<string>();

  /** To be called before the claim is sent; false: the run is going back to the queue, and this delivery is outdated. */
  take(runId: string): boolean {
    if (this.#leaving.has(runId)) return false;
    this.#taken.set(runId, (this.#taken.get(runId) ?? 0) + 1);
    return true;
  }

  /** To be called once for each time that it was taken. */
  release(runId: string): void {
    const times = this.#taken.get(runId) ?? 0;
    if (times > 1) this.#taken.set(runId, times - 1);
    else this.#taken.delete(runId);
  }

  has(runId: string): boolean {
    return this.#taken.has(runId);
  }

  /** Does this while nobody has the run in hand, nor can take it; undefined, and nothing is done, when somebody has it. */
  async whileFree<T>(runId: string, act: () => Promise<T>): Promise<T | undefined> {
    if (this.#taken.has(runId) || this.#leaving.has(runId)) return undefined;
    this.#leaving.add(runId);
    try {
      return await act();
    } finally {
      this.#leaving.delete(runId);
    }
  }
}
