import type { DeliveryHandler } from '@millrace/engine';
import type { Logger } from '@millrace/telemetry';
import { Processor } from '@nestjs/bullmq';
import {
  Inject,
  Module,
  type DynamicModule,
  type InjectionToken,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { DeliveryProcessor, type DeliveryProcessorOptions } from './delivery.processor.js';
import type { QueueConfig } from '../queue-backend.js';
import { WorkerConnection } from '../redis/redis-connection.js';
import { RunLists } from './run-lists.js';

const DEFAULT_GRACE_MS = 20_000;
/**
 * Ended jobs that Bull Board can show, a queue and outcome. BullMQ's PostgreSQL backend counts what it keeps at each
 * job that ends: no-op jobs drain at 2,100 a second when all are kept, 1,300 with 100 and 900 with 1,000.
 */
const KEPT = { redis: { count: 1_000 }, postgres: { count: 100 } };
const WORKER_OPTIONS = {
  autorun: false,
  /**
   * Milliseconds after its last renewal that a job counts as stalled, and between two looks for such jobs. Short, since a
   * job that comes back too early does no harm: the row decides who executes.
   */
  lockDuration: 15_000,
  stalledInterval: 5_000,
  /** Without end: how often a run may fail is the run's to say. */
  maxStalledCount: 1_000_000,
  /** Milliseconds until the worker loop asks a backend again that refused it; BullMQ's default is 15 s. */
  runRetryDelay: 1_000,
};

export interface WorkerHostModuleOptions {
  readonly config: QueueConfig;
  /** Queues to take jobs from; `TaskQueueModule` must have registered them. */
  readonly queues: readonly string[];
  /** Jobs at once, a queue. */
  readonly concurrency: number;
  /** Token of the `DeliveryHandler`. */
  readonly handler: InjectionToken<DeliveryHandler>;
  /** Modules that provide it, unless they are global. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly logger: Logger;
  /** Milliseconds that handlers have to end when the process stops. @default 20000 */
  readonly graceMs?: number;
}

/**
 * Takes jobs: one worker a queue, from `onApplicationBootstrap` (so a lease taken in `onModuleInit` is there before the
 * first job) to `beforeApplicationShutdown` (so what handlers use may close in `onApplicationShutdown`). Needs
 * `TaskQueueModule` in the same application.
 */
@Module({})
export class WorkerHostModule {
  static forRoot({
    config,
    queues,
    concurrency,
    handler,
    imports = [],
    logger,
    graceMs = DEFAULT_GRACE_MS,
  }: WorkerHostModuleOptions): DynamicModule {
    const { redis: server } = config.queue;
    function processorOf(queue: string): Type<DeliveryProcessor> {
      const redis = server === undefined ? undefined : new WorkerConnection(server);
      const processorOptions: DeliveryProcessorOptions = {
        logger,
        graceMs,
        needsBackendAtBoot: redis === undefined,
        stopReconnecting: () => redis?.stopReconnecting(),
      };
      const kept = redis === undefined ? KEPT.postgres : KEPT.redis;
      const keep = { removeOnComplete: kept, removeOnFail: kept };
      // On PostgreSQL a worker uses the pool that its queue has.
      const connection = redis === undefined ? {} : { connection: redis.options };
      @Processor(queue, { ...WORKER_OPTIONS, ...keep, ...connection, concurrency })
      class QueueProcessor extends DeliveryProcessor {
        constructor(@Inject(handler) deliveryHandler: DeliveryHandler, @Inject(RunLists) lists: RunLists) {
          super(deliveryHandler, lists, processorOptions);
        }
      }
      return QueueProcessor;
    }
    return { module: WorkerHostModule, imports, providers: queues.map(processorOf) };
  }
}
