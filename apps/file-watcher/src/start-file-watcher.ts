import { loadConfig, requireDatabaseUrl, type Config } from '@millrace/config';
import { loadCatalogue, RunHints } from '@millrace/engine';
import { FeedRegistry, Inboxes } from '@millrace/ingest';
import { Database, PostgresHintChannel } from '@millrace/postgres';
import {
  createLogger,
  type Logger,
  Metrics,
  serveMetrics,
  startInOrder,
  startTracing,
  type Stop,
} from '@millrace/telemetry';
import { NestFactory } from '@nestjs/core';
import { FileWatcherModule } from './file-watcher.module.js';

/**
 * Boots the file watcher from the environment; gives what stops it.
 * @throws FolderUnusableError, ConfigError, DatabaseUrlMissingError, CatalogueError
 */
export async function startFileWatcher(): Promise<Stop> {
  const config = loadConfig();
  const logger = createLogger({ name: 'file-watcher', ...config.log });
  return startInOrder((stops) => start(config, logger, stops), logger);
}

async function start(config: Config, logger: Logger, stops: Stop[]): Promise<void> {
  const catalogue = await loadCatalogue(config.tasks.source);
  const feeds = FeedRegistry.withUserExports(catalogue.map(({ value }) => value));
  const inboxes = new Inboxes(config.files);
  await inboxes.prepare();
  const url = requireDatabaseUrl(config);
  stops.push(await startTracing('millrace-file-watcher', config.traced));
  const metrics = new Metrics('file-watcher');
  const hints = new RunHints(new PostgresHintChannel({ url, applicationName: 'millrace-file-watcher-hints' }));
  stops.push(() => hints.close());
  const onTold = (runIds: readonly string[]) => hints.told(runIds);
  const database = await Database.open({ url, applicationName: 'millrace-file-watcher', metrics, onTold });
  stops.push(() => database.close());
  const module = FileWatcherModule.forParts({ config, logger, metrics, database, feeds, inboxes });
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  stops.push(() => app.close());
  const scraped = await serveMetrics(metrics, config.metrics);
  stops.push(() => scraped.close());
}
