import { TASK_QUEUE, TaskQueueModule } from '@millrace/bullmq';
import { requireDatabaseUrl, type Config } from '@millrace/config';
import { Dispatcher, Loop, type TaskQueue } from '@millrace/engine';
import {
  ClaimedFiles,
  FailedLoads,
  InboxScan,
  type FeedRegistry,
  type Inboxes,
  type InboxScanParts,
} from '@millrace/ingest';
import { FeedTables, Leadership, PostgresFileLedger, PostgresRunStore, type Database } from '@millrace/postgres';
import type { Logger, Metrics } from '@millrace/telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import { InboxWatcher } from './inbox-watcher.js';
import { InboxWatchers } from './inbox-watchers.js';
import { LeadingWatcher } from './leading-watcher.js';
import { LOAD_BATCHES, LOAD_QUEUE, newLoadRun } from './load-run.js';

/** What the watcher is built on, made at boot before it. */
export interface FileWatcherParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly feeds: FeedRegistry;
  /** Prepared. */
  readonly inboxes: Inboxes;
}

/** Milliseconds between two looks for files whose run has failed. */
const FAILED_LOADS_PAUSE_MS = 5_000;

/** Watches the inboxes from boot to shutdown, as long as no other process does. */
@Module({})
export class FileWatcherModule {
  static forParts({ config, logger, metrics, database, feeds, inboxes }: FileWatcherParts): DynamicModule {
    const ledger = new PostgresFileLedger(database, new FeedTables(database));
    return {
      module: FileWatcherModule,
      imports: [TaskQueueModule.forRoot({ config, queues: [LOAD_QUEUE], batchSizes: LOAD_BATCHES, logger, metrics })],
      providers: [
        {
          provide: LeadingWatcher,
          inject: [TASK_QUEUE],
          useFactory: (queue: TaskQueue) => {
            const dispatcher = new Dispatcher(new PostgresRunStore(database), queue, logger);
            const deliver = dispatcher.deliver.bind(dispatcher);
            const onFound: InboxScanParts['onFound'] = ({ feed, foundBy }) => {
              metrics.count('millrace_files_found_total', { feed });
              metrics.count('millrace_found_by_scan_total', {}, foundBy === 'scan' ? 1 : 0);
            };
            const watchers = inboxes.all.map((inbox) => {
              const scan = new InboxScan({ inbox, feeds, ledger, logger, newRun: newLoadRun, deliver, onFound });
              const claimed = new ClaimedFiles(inbox, ledger, logger);
              return new InboxWatcher(inbox, scan, claimed, logger, config.files.scanEveryMs);
            });
            const failedLoads = new FailedLoads(ledger, logger, ({ feed }) => {
              metrics.count('millrace_files_ended_total', { feed, outcome: 'failed' });
            });
            const failing = new Loop('failed-loads', FAILED_LOADS_PAUSE_MS, () => failedLoads.runOnce(), logger);
            const watcher = new InboxWatchers([...watchers, failing]);
            const url = requireDatabaseUrl(config);
            const applicationName = 'millrace-file-watcher-leads';
            return new LeadingWatcher(new Leadership(watcher, { url, applicationName, of: 'inbox', logger }));
          },
        },
      ],
    };
  }
}
