import type { JobPayload } from '@millrace/contracts';
import type { DeliveryHandler, OnCalled } from './delivery-handler.port.js';

/** A handler that keeps what it was handed until it is taken. */
export class DeliveryInbox implements DeliveryHandler {
  readonly #payloads: JobPayload[] = [];
  #arrived = new Gate();

  constructor(
    private readonly onPayload: (payload: JobPayload) => void = () => undefined,
    /** What a handed-over payload is worked on until. */
    private readonly until: Promise<void> = Promise.resolve(),
    private readonly listsOf: readonly string[] = [],
  ) {}

  takesLists(taskId: string): boolean {
    return this.listsOf.includes(taskId);
  }

  /** As long as a payload is worked on, a function runs. */
  async handle(payload: JobPayload, onCalled?: OnCalled): Promise<void> {
    this.#payloads.push(payload);
    this.#arrived.open();
    this.onPayload(payload);
    const settled = onCalled?.();
    await this.until;
    settled?.();
  }

  /** Handed over and not taken. */
  get waiting(): number {
    return this.#payloads.length;
  }

  async take(count: number): Promise<JobPayload[]> {
    while (this.#payloads.length < count) {
      this.#arrived = new Gate();
      await this.#arrived.opened;
    }
    return this.#payloads.splice(0, count);
  }
}

/** A promise that is resolved from outside. */
export class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}
