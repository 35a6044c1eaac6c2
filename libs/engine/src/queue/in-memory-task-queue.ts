import type { JobPayload } from '@millrace/contracts';
import type { Delivery } from '@millrace/runs';
import type { DeliveryHandler } from './delivery-handler.port.js';
import type { FlowParent, TaskQueue } from './task-queue.port.js';

/** A longer one of Node's is over at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Job {
  readonly taskId: string;
  readonly queue: string;
  readonly payload: Extract<JobPayload, { kind: 'runs' }>;
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
  /** By delivery; several of a batch task may share one. */
  readonly #jobs = new Map<string, Job>();
  readonly #sentinelOf = new Map<string, string>();
  readonly #subscriptions = new Map<string, Subscription>();

  /** @param batchSizes runs that a batch takes, by task: their deliveries go in lists */
  constructor(private readonly batchSizes: ReadonlyMap<string, number> = new Map()) {}

  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    const now = Date.now();
    const lists = new Map<string, Job>();
    for (const { runId, delivery, taskId, queue, priority, dueAt } of deliveries) {
      const id = jobId({ runId, delivery });
      if (this.#jobs.has(id)) continue;
      const kind = `${taskId} ${queue} ${priority} ${Math.max(dueAt.getTime(), now)}`;
      let job = lists.get(kind);
      if (job === undefined || job.payload.runs.length >= (this.batchSizes.get(taskId) ?? 1)) {
        job = { taskId, queue, payload: { kind: 'runs', runs: [] }, priority, dueAt, state: 'queued' };
        lists.set(kind, job);
      }
      job.payload.runs.push([runId, delivery]);
      this.#jobs.set(id, job);
    }
    for (const queue of new Set(deliveries.map((delivery) => delivery.queue))) this.#pump(queue);
  }

  async deliverChildren(_parent: FlowParent, children: readonly Delivery[]): Promise<void> {
    await this.deliver(children);
  }

  async missing(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    return deliveries.filter((delivery) => (this.#jobs.get(jobId(delivery))?.state ?? 'ended') === 'ended');
  }

  async sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map([...this.#sentinelOf].filter(([queue]) => queues.includes(queue)));
  }

  async setSentinels(queues: readonly string[], value: string): Promise<void> {
    for (const queue of queues) this.#sentinelOf.set(queue, value);
  }

  /** Loses everything, as a Redis does that is flushed. */
  lose(): void {
    this.#jobs.clear();
    this.#sentinelOf.clear();
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
    this.#subscriptions.set(queue, subscription);
    this.#pump(queue);
    return async () => {
      subscription.stopped = true;
      clearTimeout(subscription.timer);
      await Promise.all(subscription.active);
    };
  }

  #pump(queue: string): void {
    const subscription = this.#subscriptions.get(queue);
    if (subscription === undefined || subscription.stopped) return;
    clearTimeout(subscription.timer);
    while (subscription.active.size < subscription.concurrency) {
      const now = Date.now();
      const queued = [...new Set(this.#jobs.values())].filter((job) => job.queue === queue && job.state === 'queued');
      const due = queued.filter((job) => job.dueAt.getTime() <= now).sort((a, b) => b.priority - a.priority)[0];
      if (due === undefined) {
        const nextDueAt = Math.min(...queued.map((job) => job.dueAt.getTime()));
        if (queued.length === 0) return;
        subscription.timer = setTimeout(() => this.#pump(queue), Math.min(nextDueAt - now, LONGEST_TIMER_MS));
        return;
      }
      this.#start(due, subscription);
    }
  }

  #start(job: Job, { handler, active }: Subscription): void {
    job.state = 'active';
    const handling = handOver(job, handler).then(() => {
      job.state = 'ended';
      active.delete(handling);
      this.#pump(job.queue);
    });
    active.add(handling);
  }
}

/** Several runs one after the other, unless the handler takes them together. */
async function handOver({ taskId, payload }: Job, handler: DeliveryHandler): Promise<void> {
  const together = handler.takesLists?.(taskId) === true;
  const lists = together ? [payload.runs] : payload.runs.map((run) => [run]);
  for (const runs of lists) await handler.handle({ kind: 'runs', runs }).catch(() => undefined);
}

function jobId({ runId, delivery }: Pick<Delivery, 'runId' | 'delivery'>): string {
  return `${runId}-${delivery}`;
}
