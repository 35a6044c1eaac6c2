import type { JobPayload } from '@millrace/contracts';
import type { FlowParent, TaskQueue } from '@millrace/engine';
import type { Delivery } from '@millrace/runs';
import type { Metrics } from '@millrace/telemetry';
import type { FlowProducer } from 'bullmq';
import { AddLane } from './add-lane.js';
import { deliveryJobId, flowJobId, toDeliveryJob, toDeliveryJobs } from '../jobs/delivery-job.js';
import type { JobAdditions } from '../jobs/job-additions.port.js';
import { toJobPriority } from '../jobs/job-priority.js';
import type { JobRecords } from '../jobs/job-records.js';
import type { OpenQueues } from './open-queues.js';
import { pagesOf } from '../jobs/pages.js';
import { withinTimeLimit } from '../time-limit.js';

/** Runs a call to the backend. */
const PAGE = 1_000;
/** Runs that one job names when their task takes no batches: what an idle worker of the default concurrency could take at once. */
const LONGEST_LIST = 10;
const DEFAULT_CALL_LIMIT_MS = 5_000;

export interface BullMqTaskQueueOptions {
  readonly queues: OpenQueues;
  readonly records: JobRecords;
  readonly additions: JobAdditions;
  /** Runs that a batch takes, by task: lists of its deliveries are as long. @default none */
  readonly batchSizes?: ReadonlyMap<string, number> | undefined;
  /** Set where flows are cheap: on Redis. */
  readonly flows: FlowProducer | undefined;
  /** Milliseconds that one call to the backend may take. @default 5000 */
  readonly callLimitMs?: number | undefined;
  /** Where calls are timed. @default nowhere */
  readonly metrics?: Metrics | undefined;
}

/** BullMQ as the engine's `TaskQueue`, on either backend. Every rejection is a `QueueUnavailableError`. */
export class BullMqTaskQueue implements TaskQueue {
  readonly #queues: OpenQueues;
  readonly #records: JobRecords;
  readonly #additions: JobAdditions;
  readonly #batchSizes: ReadonlyMap<string, number>;
  readonly #flows: FlowProducer | undefined;
  readonly #callLimitMs: number;
  readonly #metrics: Metrics | undefined;
  readonly #lanes = new Map<string, AddLane>();

  constructor(options: BullMqTaskQueueOptions) {
    const { queues, records, additions, flows, batchSizes = new Map(), callLimitMs = DEFAULT_CALL_LIMIT_MS } = options;
    this.#queues = queues;
    this.#records = records;
    this.#additions = additions;
    this.#batchSizes = batchSizes;
    this.#flows = flows;
    this.#callLimitMs = callLimitMs;
    this.#metrics = options.metrics;
  }

  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    for (const [name, ofQueue] of groupByQueue(deliveries)) await this.#laneOf(name).submit(ofQueue);
  }

  async deliverChildren(parent: FlowParent, children: readonly Delivery[]): Promise<void> {
    const flows = this.#flows;
    const [first] = children;
    // A flow has a job for each child; its parent is woken by the last child's end as well.
    if (flows === undefined || first === undefined || this.#batchSizes.has(first.taskId)) return this.deliver(children);
    const wake: JobPayload = { kind: 'wake', run: parent.runId };
    await this.#within('flow', `deliver ${children.length} child run(s) of ${parent.runId}`, () =>
      flows.add({
        name: parent.taskId,
        queueName: parent.queue,
        data: wake,
        opts: { jobId: flowJobId(parent), attempts: 1, priority: toJobPriority(0) },
        children: children.map((child) => {
          const { opts, ...job } = toDeliveryJob(child);
          // Else the flow of a child whose job fails would wait for ever.
          return { ...job, queueName: child.queue, opts: { ...opts, ignoreDependencyOnFailure: true } };
        }),
      }),
    );
  }

  async missing(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    const unfinished = new Set<Delivery>();
    for (const [name, ofQueue] of groupByQueue(deliveries)) {
      for (const page of pagesOf(ofQueue, PAGE)) {
        await this.#within('missing', `look for ${page.length} job(s) in queue ${name}`, async () => {
          const found = await (await this.#connected()).unfinished(name, page.map(deliveryJobId));
          for (const delivery of page) if (found.has(deliveryJobId(delivery))) unfinished.add(delivery);
        });
      }
    }
    return deliveries.filter((delivery) => !unfinished.has(delivery));
  }

  async sentinels(queues: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#within('sentinels', 'read its sentinels', async () => (await this.#connected()).sentinels(queues));
  }

  async setSentinels(queues: readonly string[], value: string): Promise<void> {
    await this.#within('set-sentinels', 'set its sentinels', async () =>
      (await this.#connected()).setSentinels(queues, value),
    );
  }

  /** Reads one field: an answer proves more than an open connection. */
  async ping(): Promise<void> {
    await this.#within('ping', 'answer a ping', async () => (await this.#queues.any()).getVersion());
  }

  #laneOf(name: string): AddLane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new AddLane((deliveries) => this.#add(name, deliveries));
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  async #add(name: string, deliveries: readonly Delivery[]): Promise<void> {
    for (const page of pagesOf(deliveries, PAGE)) {
      await this.#within('deliver', `deliver ${page.length} run(s) to queue ${name}`, async () => {
        const queue = await this.#queues.get(name);
        // BullMQ waits by itself until it is connected; what is sent beside it does not.
        await queue.waitUntilReady();
        await this.#additions.add(
          queue,
          toDeliveryJobs(page, (taskId) => this.#longestList(taskId)),
        );
      });
    }
  }

  #longestList(taskId: string): number {
    return this.#batchSizes.get(taskId) ?? LONGEST_LIST;
  }

  /** Until its first connection stands the backend's client refuses all. */
  async #connected(): Promise<JobRecords> {
    await (await this.#queues.any()).waitUntilReady();
    return this.#records;
  }

  async #within<T>(call: string, operation: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    let outcome = 'failed';
    try {
      const answer = await withinTimeLimit(operation, this.#callLimitMs, work);
      outcome = 'ok';
      return answer;
    } finally {
      const seconds = (performance.now() - begun) / 1_000;
      this.#metrics?.observe('millrace_queue_call_duration_seconds', { call, outcome }, seconds);
    }
  }
}

function groupByQueue(deliveries: readonly Delivery[]): Map<string, Delivery[]> {
  const groups = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.queue);
    if (group === undefined) groups.set(delivery.queue, [delivery]);
    else group.push(delivery);
  }
  return groups;
}
