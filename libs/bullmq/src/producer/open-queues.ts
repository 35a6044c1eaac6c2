import { Queue, type QueueOptions } from 'bullmq';

/**
 * The queues that this process adds jobs to: those it was told of at boot, and any other that a run names (a sweep
 * delivers runs of tasks that only other workers know).
 */
export class OpenQueues {
  readonly #openedHere: Queue[] = [];
  readonly #byName: Map<string, Queue>;

  constructor(
    registered: readonly Queue[],
    private readonly options: Pick<QueueOptions, 'connection' | 'prefix'>,
    private readonly onError: (error: Error) => void,
  ) {
    this.#byName = new Map(registered.map((queue) => [queue.name, queue]));
    for (const queue of registered) queue.on('error', onError);
  }

  /** Opens the queue if need be. */
  async get(name: string): Promise<Queue> {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const queue = new Queue(name, this.options);
    queue.on('error', this.onError);
    this.#byName.set(name, queue);
    this.#openedHere.push(queue);
    try {
      await queue.waitUntilReady();
    } catch (error) {
      // On PostgreSQL BullMQ keeps a failed first connection for good: the next caller needs a new object.
      this.#byName.delete(name);
      throw error;
    }
    return queue;
  }

  /** Any queue, to ask the backend something. */
  async any(): Promise<Queue> {
    const [first] = this.#byName.values();
    return first ?? this.get('default');
  }

  /** Resolves when every queue known so far has reached its backend. */
  async ready(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((queue) => queue.waitUntilReady()));
  }

  /** Closes what was opened here; the registered ones belong to who registered them. */
  async close(): Promise<void> {
    await Promise.all(this.#openedHere.map((queue) => queue.close()));
  }
}
