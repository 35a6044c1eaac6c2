import { DeliveryAbandonedError } from '../queue.errors.js';

/** The deliveries of one worker that are being handled, for an end in good order. */
export class InFlightDeliveries {
  readonly #abandonments = new Map<Promise<void>, (reason: Error) => void>();

  /** Settles as the handling does, unless it is abandoned first. */
  track(handling: Promise<void>): Promise<void> {
    let abandon: (reason: Error) => void = () => undefined;
    const tracked = new Promise<void>((resolve, reject) => {
      abandon = reject;
      handling.then(resolve, reject);
    });
    this.#abandonments.set(tracked, abandon);
    return tracked.finally(() => this.#abandonments.delete(tracked));
  }

  /** Resolves when none is left, which is after `graceMs` at the latest: what has not ended by then is abandoned. */
  async drain(graceMs: number): Promise<void> {
    const graceOver = setTimeout(() => {
      for (const abandon of this.#abandonments.values()) abandon(new DeliveryAbandonedError(graceMs));
    }, graceMs);
    while (this.#abandonments.size > 0) await Promise.allSettled(this.#abandonments.keys());
    clearTimeout(graceOver);
  }
}
