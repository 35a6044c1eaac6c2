import type { Delivery } from '@millrace/runs';

interface Waiter {
  readonly deliveries: readonly Delivery[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Adds to one queue, led by the first who asks: what comes while an addition is under way goes together in the next.
 * There is no timer, and a backend that is slow gets fewer and larger additions instead of a growing heap of small ones.
 */
export class AddLane {
  #waiting: Waiter[] = [];
  #adding = false;

  /** @param add takes at least one delivery */
  constructor(private readonly add: (deliveries: readonly Delivery[]) => Promise<void>) {}

  /** Settles as the addition does that holds these. */
  submit(deliveries: readonly Delivery[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ deliveries, resolve, reject });
      if (!this.#adding) void this.#lead();
    });
  }

  async #lead(): Promise<void> {
    this.#adding = true;
    // What is asked for in the same tick goes in the first addition.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const waiters = this.#waiting.splice(0);
      await this.add(waiters.flatMap(({ deliveries }) => deliveries)).then(
        () => waiters.forEach(({ resolve }) => resolve()),
        (error: unknown) => waiters.forEach(({ reject }) => reject(error)),
      );
    }
    this.#adding = false;
  }
}
