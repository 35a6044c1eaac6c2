import { TaskQueueModule, WorkerHostModule } from '@millrace/bullmq';
import { Executor } from '@millrace/engine';
import { Module, type DynamicModule } from '@nestjs/common';
import { ExecutionModule } from './execution.module.js';
import type { WorkerParts } from './worker-parts.js';

/** Milliseconds more for what is aborted then to end, and for the hand-back, before their jobs are let go too. */
const HAND_BACK_MS = 10_000;

/** Takes jobs of the worker's queues and executes their runs. */
@Module({})
export class WorkerModule {
  static forParts(parts: WorkerParts): DynamicModule {
    const { config, logger, metrics, tasks, worker } = parts;
    const execution = ExecutionModule.forParts(parts);
    return {
      module: WorkerModule,
      imports: [
        TaskQueueModule.forRoot({
          ...{ config, logger, metrics, batchSizes: tasks.batchSizes() },
          queues: [...new Set([...tasks.queues(), ...worker.queues])],
        }),
        execution,
        WorkerHostModule.forRoot({
          config,
          logger,
          queues: worker.queues,
          concurrency: config.worker.concurrency,
          handler: Executor,
          imports: [execution],
          graceMs: config.worker.shutdownGraceMs + HAND_BACK_MS,
        }),
      ],
    };
  }
}
