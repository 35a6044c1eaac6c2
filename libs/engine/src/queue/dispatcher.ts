import type { Delivery, Gate, RunStore } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import { Admissions } from './admissions.js';
import type { FlowParent, TaskQueue } from './task-queue.port.js';

/**
 * Asks workers for runs, after the commit that queued them. A queue that is down loses nothing here: the rows say
 * `queued`, and the sweep delivers them again.
 */
export class Dispatcher {
  readonly #admissions: Admissions;

  constructor(
    private readonly store: RunStore,
    private readonly queue: TaskQueue,
    private readonly logger: Logger,
  ) {
    this.#admissions = new Admissions(store, (deliveries) => this.deliver(deliveries), logger);
  }

  /** Those that wait for admission are delivered once they have it. */
  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    const free = deliveries.filter(isFree);
    if (free.length > 0) await this.#tolerate(free.length, this.queue.deliver(free));
    if (free.length < deliveries.length) await this.admit(gatesOf(deliveries));
  }

  async deliverChildren(parent: FlowParent, children: readonly Delivery[]): Promise<void> {
    const free = children.filter(isFree);
    if (free.length > 0) await this.#tolerate(free.length, this.queue.deliverChildren(parent, free));
    if (free.length < children.length) await this.admit(gatesOf(children));
  }

  /** Lets runs through these gates, and delivers those that have passed their last one (R11); gives how many. */
  async admit(gates: readonly Gate[]): Promise<number> {
    return gates.length === 0 ? 0 : this.#admissions.admit(gates);
  }

  /** A delivery claimed nothing: if its run has gates to pass first, it waits at them from now on. */
  async arrive(runId: string, delivery: number): Promise<void> {
    await this.#admissions.arrive(runId, delivery);
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

function isFree({ gate }: Delivery): boolean {
  return gate === undefined;
}

function gatesOf(deliveries: readonly Delivery[]): Gate[] {
  return deliveries.flatMap(({ gate }) => (gate === undefined ? [] : [gate]));
}
