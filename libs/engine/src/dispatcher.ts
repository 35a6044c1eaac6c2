import type { Delivery, RunStore } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import type { FlowParent, TaskQueue } from './task-queue.port.js';

/**
 * Asks workers for runs, after the commit that queued them. A queue that is down loses nothing here: the rows say
 * `queued`, and the sweep delivers them again.
 */
export class Dispatcher {
  constructor(
    private readonly store: RunStore,
    private readonly queue: TaskQueue,
    private readonly logger: Logger,
  ) {}

  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    await this.#tolerate(deliveries.length, this.queue.deliver(deliveries));
  }

  async deliverChildren(parent: FlowParent, children: readonly Delivery[]): Promise<void> {
    await this.#tolerate(children.length, this.queue.deliverChildren(parent, children));
  }

  /** Tells a run of its calls that are done, and delivers it when it was waiting (R5 d). */
  async wake(runId: string): Promise<void> {
    const delivery = await this.store.wake(runId);
    if (delivery !== undefined) await this.deliver([delivery]);
  }

  async #tolerate(count: number, delivering: Promise<void>): Promise<void> {
    try {
      await delivering;
    } catch (error) {
      this.logger.warn({ err: error, deliveries: count }, 'the queue took no deliveries; the sweep will repeat them');
    }
  }
}
