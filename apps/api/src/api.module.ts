import { LogFollowers, RunFollowers, RunHints, RunWaits, TaskRegistry } from '@millrace/engine';
import { Database, FeedTables, StatisticsQueries } from '@millrace/postgres';
import { type Logger, Metrics } from '@millrace/telemetry';
import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { CONFIG, LOGGER, type ApiParts } from './api-parts.js';
import { RunFeed } from './feed/run-feed.js';
import { RunFeedController } from './feed/run-feed.controller.js';
import { DryRunController } from './files/dry-run.controller.js';
import { FeedsController } from './files/feeds.controller.js';
import { FileReloadsController } from './files/file-reloads.controller.js';
import { FilesController } from './files/files.controller.js';
import { fileProviders } from './files/file-providers.js';
import { RejectsController } from './files/rejects.controller.js';
import { UploadsController } from './files/uploads.controller.js';
import { HealthModule } from './health/health.module.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { readRuns } from './metrics/read-runs.js';
import { ErrorPageController } from './problems/error-page.controller.js';
import { RunBatchController } from './runs/run-batch.controller.js';
import { RunEventsController } from './runs/run-events.controller.js';
import { RunLogsController } from './runs/run-logs.controller.js';
import { RunTreeController } from './runs/run-tree.controller.js';
import { CancelController } from './runs/cancel.controller.js';
import { runProviders } from './runs/run-providers.js';
import { RunRetryController } from './runs/run-retry.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { SseStreams } from './sse/sse-streams.js';
import { StatsController } from './stats/stats.controller.js';
import { StatsReader } from './stats/stats-reader.js';
import { TasksController } from './tasks/tasks.controller.js';

/** Every route but `/queues`, `/docs` and `/openapi.json`. Needs a global module that provides `TASK_QUEUE`. */
@Module({})
export class ApiModule implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly waits: RunWaits,
    private readonly runFollowers: RunFollowers,
    private readonly logFollowers: LogFollowers,
    private readonly feed: RunFeed,
    private readonly hints: RunHints,
    private readonly tables: FeedTables,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  static forParts(parts: ApiParts): DynamicModule {
    const { config, logger, metrics, hints, database, tasks } = parts;
    const statistics = new StatisticsQueries(database);
    readRuns(metrics, statistics, tasks.queues());
    return {
      module: ApiModule,
      global: true,
      imports: [HealthModule],
      controllers: [
        RunBatchController,
        RunsController,
        RunTreeController,
        RunLogsController,
        RunEventsController,
        RunFeedController,
        CancelController,
        RunRetryController,
        TasksController,
        FilesController,
        FileReloadsController,
        RejectsController,
        DryRunController,
        UploadsController,
        FeedsController,
        StatsController,
        MetricsController,
        ErrorPageController,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: Metrics, useValue: metrics },
        { provide: Database, useValue: database },
        { provide: TaskRegistry, useValue: tasks },
        { provide: RunHints, useValue: hints },
        { provide: StatisticsQueries, useValue: statistics },
        StatsReader,
        SseStreams,
        RunFeed,
        ...runProviders(parts),
        ...fileProviders(parts),
      ],
      exports: [CONFIG, LOGGER, Database],
    };
  }

  /** Without hints the followers look by themselves; a channel that is away is tried again. */
  async onModuleInit(): Promise<void> {
    const onTold = (runIds: readonly string[]) => {
      for (const runId of runIds) {
        this.runFollowers.hint(runId);
        this.logFollowers.hint(runId);
      }
      this.feed.hint(runIds);
    };
    await this.hints
      .subscribe(onTold, () => this.feed.gap())
      .catch((error: unknown) => this.logger.warn({ err: error }, 'no hints of runs yet'));
  }

  /** Requests that wait for a run are answered before the server closes. */
  onModuleDestroy(): void {
    this.waits.stop();
    this.runFollowers.stop();
    this.logFollowers.stop();
  }

  /** Once no request is on its way. */
  async onApplicationShutdown(): Promise<void> {
    await this.tables.close();
  }
}
