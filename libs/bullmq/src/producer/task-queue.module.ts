import type { Logger, Metrics } from '@millrace/telemetry';
import { BullModule, getFlowProducerToken, getQueueToken } from '@nestjs/bullmq';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { FlowProducer, Queue } from 'bullmq';
import { BullMqTaskQueue } from './bullmq-task-queue.js';
import { OpenQueues } from './open-queues.js';
import { openQueueBackend, type QueueBackend, type QueueConfig } from '../queue-backend.js';
import { RepeatedErrorLog } from '../repeated-error-log.js';
import { RunLists } from '../worker/run-lists.js';
import { withinTimeLimit } from '../time-limit.js';

/** Injects the engine's `TaskQueue`. */
export const TASK_QUEUE = Symbol('TaskQueue');

const QUEUE_BACKEND = Symbol('QueueBackend');
const FLOWS = 'children';
const BOOT_LIMIT_MS = 10_000;

export interface TaskQueueModuleOptions {
  readonly config: QueueConfig;
  /** Queues to register; others are opened when a run names them. */
  readonly queues: readonly string[];
  readonly logger: Logger;
  /** Runs that a batch takes, by the tasks that have batches. @default none */
  readonly batchSizes?: ReadonlyMap<string, number>;
  /** Milliseconds that one call to the backend may take. @default 5000 */
  readonly callLimitMs?: number;
  /** Where calls to the backend are timed. @default nowhere */
  readonly metrics?: Metrics;
}

/**
 * The queue for who adds jobs: provides `TASK_QUEUE` and, as @nestjs/bullmq does, each `Queue` under
 * `getQueueToken(name)`, which is where Bull Board looks. Global. One a process: BullMQ's default backend is the process's.
 *
 * On Redis it boots whether Redis is there or not: runs are accepted and delivered later. On PostgreSQL, without which
 * nothing works, boot fails with `MR_QUEUE_UNAVAILABLE` when it does not answer or its queue schema is not migrated.
 */
@Module({})
export class TaskQueueModule implements OnApplicationShutdown {
  constructor(
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
    @Inject(OpenQueues) private readonly queues: OpenQueues,
  ) {}

  static forRoot({ config, queues, logger, batchSizes, callLimitMs, metrics }: TaskQueueModuleOptions): DynamicModule {
    const onError = new RepeatedErrorLog(logger, 'queue backend error').report;
    const backend = openQueueBackend(config, queues.length, onError);
    const { connection, prefix } = backend;
    const flowProducer = backend.kind === 'redis' ? [getFlowProducerToken(FLOWS)] : [];
    return {
      module: TaskQueueModule,
      global: true,
      imports: [
        BullModule.forRoot({ connection, prefix }),
        BullModule.registerQueue(...queues.map((name) => ({ name }))),
        ...flowProducer.map(() => BullModule.registerFlowProducer({ name: FLOWS, forceDisconnectOnShutdown: false })),
      ],
      providers: [
        { provide: QUEUE_BACKEND, useValue: backend },
        {
          provide: OpenQueues,
          inject: queues.map((name) => getQueueToken(name)),
          useFactory: (...registered: Queue[]) => new OpenQueues(registered, { connection, prefix }, onError),
        },
        {
          provide: RunLists,
          inject: [OpenQueues],
          useFactory: (open: OpenQueues) => new RunLists(open, backend.listed),
        },
        {
          provide: TASK_QUEUE,
          inject: [OpenQueues, ...flowProducer],
          async useFactory(open: OpenQueues, flows: FlowProducer | undefined) {
            flows?.on('error', onError);
            if (backend.kind === 'postgres') await untilReady(open, backend);
            return new BullMqTaskQueue({
              queues: open,
              records: backend.records,
              additions: backend.additions,
              flows,
              batchSizes,
              callLimitMs,
              metrics,
            });
          },
        },
      ],
      exports: [TASK_QUEUE, RunLists, BullModule],
    };
  }

  /** After the workers, which stop before the application does, and before the registered queues, which ask nothing more. */
  async onApplicationShutdown(): Promise<void> {
    await this.queues.close();
    await this.backend.close();
  }
}

/** BullMQ keeps a failed first connection for good, and a worker then spins on it: better not to boot. */
async function untilReady(queues: OpenQueues, backend: QueueBackend): Promise<void> {
  try {
    await withinTimeLimit('start', BOOT_LIMIT_MS, () => queues.ready());
  } catch (error) {
    await backend.close();
    throw error;
  }
}
