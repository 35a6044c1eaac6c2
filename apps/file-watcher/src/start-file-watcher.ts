import { loadConfig, requireDatabaseUrl } from '@millrace/config';
import { loadCatalogue, RunHints } from '@millrace/engine';
import { FeedRegistry, Inboxes } from '@millrace/ingest';
import { Database, PostgresHintChannel } from '@millrace/postgres';
import { createLogger, Metrics, serveMetrics, startTracing, type Stop } from '@millrace/telemetry';
import { NestFactory } from '@nestjs/core';
import { FileWatcherModule } from './file-watcher.module.js';

/**
 * Boots the file watcher from the environment; gives what stops it.
 * @throws FolderUnusableError, ConfigError, DatabaseUrlMissingError, CatalogueError
 */
export async function startFileWatcher(): Promise<Stop> {
  const config = loadConfig();
  const logger = createLogger({ name: 'file-watcher', ...config.log });
  const catalogue = await loadCatalogue(config.tasks.source);
  const feeds = FeedRegistry.withUserExports(catalogue.map(({ value }) => value));
  const inboxes = new Inboxes(config.files);
  await inboxes.prepare();
  const stopTracing = await startTracing('millrace-file-watcher', config.traced);
  const metrics = new Metrics('file-watcher');
  const url = requireDatabaseUrl(config);
  const hints = new RunHints(new PostgresHintChannel({ url, applicationName: 'millrace-file-watcher-hints' }));
  const onTold = (runIds: readonly string[]) => hints.told(runIds);
  const database = await Database.open({ url, applicationName: 'millrace-file-watcher', metrics, onTold });
  try {
    const module = FileWatcherModule.forParts({ config, logger, metrics, database, feeds, inboxes });
    const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    const scraped = await serveMetrics(metrics, config.metrics);
    return async () => {
      await scraped.close();
      await app.close();
      await hints.close();
      await database.close();
      await stopTracing();
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
