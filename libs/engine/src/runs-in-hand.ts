import type { ExecutionRef } from '@millrace/runs';

/** A run that is in hand. */
interface Hand {
  /** How often it was taken: a delivery may come twice. */
  times: number;
  /** Of the last execution that has begun since. */
  begun: number;
}

/**
 * Which runs a worker has in hand: from before their claim is sent until what became of them is committed. What is `running` on it
 * and not among them nobody executes.
 */
export class RunsInHand {
  readonly #taken = new Map<string, Hand>();
  readonly #leaving = new Map<string, Promise<unknown>>();

  /**
   * To be called before the claim is sent. Waits while the run is going back to the queue, if it does: it may have gone on since it
   * was found, and this be the delivery under which it does.
   */
  async take(runId: string): Promise<void> {
    while (this.#leaving.has(runId)) await this.#leaving.get(runId);
    const hand = this.#taken.get(runId);
    if (hand === undefined) this.#taken.set(runId, { times: 1, begun: 0 });
    else hand.times += 1;
  }

  /**
   * Of a run that is in hand; false: this execution has begun before. Of a delivery that came twice, a claim whose COMMIT had an
   * unknown outcome finds what the other has claimed, and may be answered when that has ended.
   */
  begin({ runId, epoch }: ExecutionRef): boolean {
    const hand = this.#taken.get(runId);
    if (hand === undefined || hand.begun >= epoch) return false;
    hand.begun = epoch;
    return true;
  }

  /** To be called once for each time that it was taken. */
  release(runId: string): void {
    const hand = this.#taken.get(runId);
    if (hand === undefined) return;
    hand.times -= 1;
    if (hand.times === 0) this.#taken.delete(runId);
  }

  has(runId: string): boolean {
    return this.#taken.has(runId);
  }

  /** Does this while nobody has the run in hand, nor can take it; undefined, and nothing is done, when somebody has it. */
  async whileFree<T>(runId: string, act: () => Promise<T>): Promise<T | undefined> {
    if (this.#taken.has(runId) || this.#leaving.has(runId)) return undefined;
    const acting = act();
    const settled = acting.then(
      () => this.#leaving.delete(runId),
      () => this.#leaving.delete(runId),
    );
    this.#leaving.set(runId, settled);
    return acting;
  }
}
