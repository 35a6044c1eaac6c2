import 'reflect-metadata';
import type { DeliveryHandler, TaskQueue } from '@millrace/engine';
import type { OpenTaskQueue } from '@millrace/engine/task-queue.contract';
import { silentLogger, type Logger } from '@millrace/telemetry';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { QueueConfig } from './queue-backend.js';
import { TASK_QUEUE, TaskQueueModule } from './producer/task-queue.module.js';
import { WorkerHostModule } from './worker/worker-host.module.js';

const HANDLER = Symbol('DeliveryHandler');
const QUEUES = ['default', 'reports', 'load'];

export interface QueueApplicationOptions {
  readonly config: QueueConfig;
  readonly batchSizes?: ReadonlyMap<string, number>;
  readonly logger?: Logger;
  readonly callLimitMs?: number;
  readonly graceMs?: number;
  readonly concurrency?: number;
}

/** Boots what an application that adds jobs boots. */
export async function bootProducer({
  config,
  batchSizes = new Map(),
  logger = silentLogger,
  callLimitMs = 5_000,
}: QueueApplicationOptions): Promise<{ app: INestApplicationContext; queue: TaskQueue }> {
  const app = await boot([TaskQueueModule.forRoot({ config, queues: QUEUES, logger, batchSizes, callLimitMs })]);
  return { app, queue: app.get<TaskQueue>(TASK_QUEUE) };
}

/** Boots what an application that takes jobs of one queue boots. */
export async function bootWorker(
  queue: string,
  handler: DeliveryHandler,
  { config, logger = silentLogger, graceMs = 5_000, concurrency = 1 }: QueueApplicationOptions,
): Promise<INestApplicationContext> {
  @Module({ providers: [{ provide: HANDLER, useValue: handler }], exports: [HANDLER] })
  class HandlerModule {}
  return boot([
    TaskQueueModule.forRoot({ config, queues: QUEUES, logger }),
    WorkerHostModule.forRoot({
      config,
      queues: [queue],
      concurrency,
      handler: HANDLER,
      imports: [HandlerModule],
      logger,
      graceMs,
    }),
  ]);
}

/** A producer, and a worker for each queue that the contract works. */
export async function openTaskQueue(
  { config, batchSizes = new Map() }: QueueApplicationOptions,
  lose: () => Promise<void>,
): Promise<OpenTaskQueue> {
  const { app, queue } = await bootProducer({ config, batchSizes });
  const workers: INestApplicationContext[] = [];
  return {
    queue,
    lose,
    async work(name, handler) {
      const worker = await bootWorker(name, handler, { config });
      workers.push(worker);
      return () => worker.close();
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await app.close();
    },
  };
}

async function boot(imports: NonNullable<Parameters<typeof Module>[0]['imports']>): Promise<INestApplicationContext> {
  @Module({ imports })
  class QueueApplication {}
  return NestFactory.createApplicationContext(QueueApplication, { logger: false, abortOnError: false });
}
