import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { BullBoardModule } from '@bull-board/nestjs';
import { Module, type DynamicModule } from '@nestjs/common';
import { runLink } from './run-link.js';

const BOARD_OPTIONS = { readOnlyMode: true, externalJobUrl: runLink };

/**
 * Bull Board at `/queues`, to look and not to touch: jobs are deliveries, and moving one behind the back of the run it
 * points at would help nobody. Each job leads to the page of its run.
 */
@Module({})
export class BoardModule {
  /** Shows these queues; each must be registered with @nestjs/bullmq. */
  static forQueues(names: readonly string[]): DynamicModule {
    const queues = names.map((name) => ({ name, adapter: BullMQAdapter, options: BOARD_OPTIONS }));
    return {
      module: BoardModule,
      imports: [
        BullBoardModule.forRoot({
          route: '/queues',
          adapter: FastifyAdapter,
          boardOptions: { uiConfig: { boardTitle: 'Millrace queues' } },
        }),
        BullBoardModule.forFeature(...queues),
      ],
    };
  }
}
