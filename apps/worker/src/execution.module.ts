import { TASK_QUEUE } from '@millrace/bullmq';
import { allRepairs, Dispatcher, Executor, LEASE_MS, Sweep, type TaskQueue } from '@millrace/engine';
import {
  PostgresQueueSentinels,
  PostgresRunCancellation,
  PostgresRunDeadlines,
  PostgresRunRepairs,
  PostgresRunStore,
  PostgresWorkerRuns,
} from '@millrace/postgres';
import { Module, type DynamicModule } from '@nestjs/common';
import type { WorkerParts } from './worker-parts.js';

/** The engine over PostgreSQL and the queue. */
@Module({})
export class ExecutionModule {
  static forParts({
    database,
    tasks: registry,
    services,
    worker,
    presence,
    recycle,
    logger,
  }: WorkerParts): DynamicModule {
    const store = new PostgresRunStore(database);
    const cancellation = new PostgresRunCancellation(database);
    const sweeping = {
      ...{ store, cancellation, logger, leaseMs: LEASE_MS, inTouchMs: () => presence.heldForMs() },
      ...{ repairs: new PostgresRunRepairs(database), sentinels: new PostgresQueueSentinels(database) },
      ...{ deadlines: new PostgresRunDeadlines(database), workerRuns: new PostgresWorkerRuns(database) },
      workerId: worker.id,
    };
    const renewLease = () => presence.renew();
    return {
      module: ExecutionModule,
      providers: [
        {
          provide: Dispatcher,
          inject: [TASK_QUEUE],
          useFactory: (queue: TaskQueue) => new Dispatcher(store, queue, logger),
        },
        {
          provide: Executor,
          inject: [Dispatcher],
          useFactory: (dispatcher: Dispatcher) =>
            new Executor({
              ...{ workerId: worker.id, registry, services, store, cancellation, dispatcher },
              ...{ renewLease, recycle, logger },
            }),
        },
        {
          provide: Sweep,
          inject: [TASK_QUEUE, Dispatcher, Executor],
          useFactory: (queue: TaskQueue, dispatcher: Dispatcher, { inHand }: Executor) =>
            new Sweep(allRepairs({ ...sweeping, queue, dispatcher, inHand }), logger),
        },
      ],
      exports: [Executor, Sweep],
    };
  }
}
