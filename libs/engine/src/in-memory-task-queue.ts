import type { JobPayload } from '@millrace/contracts';
import type { Delivery } from '@millrace/runs';
import type { DeliveryHandler } from './delivery-handler.port.js';
import type { FlowParent, TaskQueue } from './task-queue.port.js';

interface Job {
  readonly queue: string;
  readonly payload: JobPayload;
  readonly priority: number;
  readonly dueAt: Date;
  state: 'queued' | 'active' | 'ended';
}

/** A queue that is being worked off. */
interface Subscription {
  readonly handler: DeliveryHandler;
  readonly concurrency: number;
  readonly active: Set<Promise<void>>;
  /** Fires when the next delayed job is due. */
  timer: NodeJS.Timeout | undefined;
  stopped: boolean;
}

/**
 * The queue in this process's memory, for specs and for running tasks without a backend. Like BullMQ it remembers the
 * ids of ended jobs, so a delivery is handled once however often it is delivered; unlike it, it remembers all of them.
 */
export class InMemoryTaskQueue implements TaskQueue {
  private readonly jobs = new Map<string, Job>();
  private readonly sentinelOf = new Map<string, string>();
  private readonly subscriptions = new Map<string, Subscription>();

  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    for (const { runId, delivery, queue, priority, dueAt } of deliveries) {
      const id = jobId({ runId, delivery });
      if (this.jobs.has(id)) continue;
      const payload: JobPayload = { kind: 'runs', runs: [[runId, delivery]] };
      this.jobs.set(id, { queue, payload, priority, dueAt, state: 'queued' });
    }
    for (const queue of new Set(deliveries.map((delivery) => delivery.queue))) this.pump(queue);
  }

  async deliverChildren(_parent: FlowParent, children: readonly Delivery[]): Promise<void> {
    await this.deliver(children);
  }

  async missing(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    return deliveries.filter((delivery) => (this.jobs.get(jobId(delivery))?.state ?? 'ended') === 'ended');
  }

  async sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map([...this.sentinelOf].filter(([queue]) => queues.includes(queue)));
  }

  async setSentinels(queues: readonly string[], value: string): Promise<void> {
    for (const queue of queues) this.sentinelOf.set(queue, value);
  }

  /** Loses everything, as a Redis does that is flushed. */
  lose(): void {
    this.jobs.clear();
    this.sentinelOf.clear();
  }

  async ping(): Promise<void> {}

  /**
   * Hands the queue's jobs to this handler, at most `concurrency` at once (default 1), until stopped. One handler a
   * queue. A rejection ends the job, as it does on BullMQ.
   */
  work(queue: string, handler: DeliveryHandler, concurrency = 1): () => Promise<void> {
    const subscription: Subscription = {
      handler,
      concurrency,
      active: new Set(),
      timer: undefined,
      stopped: false,
    };
    this.subscriptions.set(queue, subscription);
    this.pump(queue);
    return async () => {
      subscription.stopped = true;
      clearTimeout(subscription.timer);
      await Promise.all(subscription.active);
    };
  }

  private pump(queue: string): void {
    const subscription = this.subscriptions.get(queue);
    if (subscription === undefined || subscription.stopped) return;
    clearTimeout(subscription.timer);
    while (subscription.active.size < subscription.concurrency) {
      const now = Date.now();
      const queued = [...this.jobs.values()].filter((job) => job.queue === queue && job.state === 'queued');
      const due = queued.filter((job) => job.dueAt.getTime() <= now).sort((a, b) => b.priority - a.priority)[0];
      if (due === undefined) {
        const nextDueAt = Math.min(...queued.map((job) => job.dueAt.getTime()));
        if (queued.length > 0) subscription.timer = setTimeout(() => this.pump(queue), nextDueAt - now);
        return;
      }
      this.start(due, subscription);
    }
  }

  private start(job: Job, { handler, active }: Subscription): void {
    job.state = 'active';
    const handling = handler
      .handle(job.payload)
      .catch(() => undefined)
      .then(() => {
        job.state = 'ended';
        active.delete(handling);
        this.pump(job.queue);
      });
    active.add(handling);
  }
}

function jobId({ runId, delivery }: Pick<Delivery, 'runId' | 'delivery'>): string {
  return `${runId}-${delivery}`;
}
