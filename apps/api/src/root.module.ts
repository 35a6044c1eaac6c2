import { TaskQueueModule } from '@millrace/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { ApiParts } from './api-parts.js';
import { ApiModule } from './api.module.js';
import { BoardModule } from './board/board.module.js';

/** The API with its queue backend and Bull Board. */
@Module({})
export class RootModule {
  static forParts(parts: ApiParts): DynamicModule {
    const { config, logger, metrics, tasks } = parts;
    const queues = tasks.queues();
    return {
      module: RootModule,
      imports: [
        TaskQueueModule.forRoot({ config, logger, metrics, queues, batchSizes: tasks.batchSizes() }),
        BoardModule.forQueues(queues),
        ApiModule.forParts(parts),
      ],
    };
  }
}
