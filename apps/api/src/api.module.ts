import { join } from 'node:path';
import { TASK_QUEUE } from '@millrace/bullmq';
import {
  BatchStarter,
  Dispatcher,
  LogFollowers,
  RunCanceller,
  RunFollowers,
  RunHints,
  RunRetrier,
  RunStarter,
  RunWaits,
  TaskRegistry,
  type TaskQueue,
} from '@millrace/engine';
import { DryRunner, FeedRegistry, FileUploads, Inboxes, RejectResubmitter } from '@millrace/ingest';
import {
  Database,
  FeedTables,
  FileQueries,
  FileReloads,
  PostgresBatchCreation,
  PostgresFileLedger,
  PostgresRunCancellation,
  PostgresRunRetries,
  PostgresRunStore,
  RunCallQueries,
  RunFollowQueries,
  RunQueries,
  StatisticsQueries,
} from '@millrace/postgres';
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
import { fileReloads } from './files/file-reloads.js';
import { FilesController } from './files/files.controller.js';
import { fileUploads } from './files/file-uploads.js';
import { RejectsController } from './files/rejects.controller.js';
import { UploadsController } from './files/uploads.controller.js';
import { HealthModule } from './health/health.module.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { readRuns } from './metrics/read-runs.js';
import { ErrorPageController } from './problems/error-page.controller.js';
import { AwaitedRuns } from './runs/awaited-runs.js';
import { RunBatchController } from './runs/run-batch.controller.js';
import { RunEventsController } from './runs/run-events.controller.js';
import { RunLogsController } from './runs/run-logs.controller.js';
import { RunTreeController } from './runs/run-tree.controller.js';
import { CancelController } from './runs/cancel.controller.js';
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

  static forParts({ config, logger, metrics, hints, database, tasks, feeds }: ApiParts): DynamicModule {
    const store = new PostgresRunStore(database);
    const queries = new RunQueries(database);
    const following = new RunFollowQueries(database);
    const tables = new FeedTables(database);
    const ledger = new PostgresFileLedger(database, tables);
    const inboxes = new Inboxes(config.files);
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
        { provide: FeedRegistry, useValue: feeds },
        { provide: FeedTables, useValue: tables },
        { provide: RunQueries, useValue: queries },
        { provide: RunCallQueries, useValue: new RunCallQueries(database) },
        { provide: RunWaits, useValue: new RunWaits(queries, logger) },
        AwaitedRuns,
        StatsReader,
        { provide: StatisticsQueries, useValue: statistics },
        SseStreams,
        RunFeed,
        { provide: RunHints, useValue: hints },
        { provide: RunFollowQueries, useValue: following },
        { provide: RunFollowers, useValue: new RunFollowers(following, logger) },
        { provide: LogFollowers, useValue: new LogFollowers(following, logger) },
        { provide: FileQueries, useValue: new FileQueries(database) },
        { provide: FileReloads, useValue: fileReloads(database, tasks) },
        {
          provide: Dispatcher,
          inject: [TASK_QUEUE],
          useFactory: (queue: TaskQueue) => new Dispatcher(store, queue, logger),
        },
        {
          provide: DryRunner,
          useValue: new DryRunner(ledger, feeds, inboxes, join(config.files.home, 'spool')),
        },
        { provide: RejectResubmitter, useValue: new RejectResubmitter(ledger, feeds) },
        {
          provide: FileUploads,
          inject: [Dispatcher],
          useFactory: (dispatcher: Dispatcher) =>
            fileUploads({
              inbox: inboxes.first,
              maxBytes: config.files.uploadLimitBytes,
              ledger,
              feeds,
              tasks,
              dispatcher,
            }),
        },
        {
          provide: RunStarter,
          inject: [Dispatcher],
          useFactory: (dispatcher: Dispatcher) => new RunStarter(tasks, store, dispatcher),
        },
        {
          provide: BatchStarter,
          inject: [Dispatcher],
          useFactory: (dispatcher: Dispatcher) =>
            new BatchStarter(tasks, new PostgresBatchCreation(database), dispatcher),
        },
        {
          provide: RunCanceller,
          inject: [TASK_QUEUE],
          useFactory: (queue: TaskQueue) =>
            new RunCanceller(new PostgresRunCancellation(database), new Dispatcher(store, queue, logger)),
        },
        {
          provide: RunRetrier,
          inject: [Dispatcher],
          useFactory: (dispatcher: Dispatcher) => new RunRetrier(new PostgresRunRetries(database), dispatcher),
        },
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
