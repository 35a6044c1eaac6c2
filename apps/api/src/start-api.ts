import { mkdir } from 'node:fs/promises';
import { loadConfig, requireDatabaseUrl, type Config } from '@millrace/config';
import { loadCatalogue, RunHints, TaskRegistry } from '@millrace/engine';
import { FeedRegistry } from '@millrace/ingest';
import { Database, PostgresHintChannel } from '@millrace/postgres';
import * as shippedTasks from '@millrace/tasks';
import { createLogger, Metrics, serveMetrics, startInOrder, startTracing, type Stop } from '@millrace/telemetry';
import type { ApiParts } from './api-parts.js';
import { createApi } from './create-api.js';
import { listen } from './listen.js';
import { RootModule } from './root.module.js';

/** Boots the API from the environment and listens; gives what stops it. */
export async function startApi(): Promise<Stop> {
  const config = loadConfig();
  const logger = createLogger({ name: 'api', ...config.log });
  return startInOrder((stops) => start({ config, logger }, stops), logger);
}

async function start(boot: Pick<ApiParts, 'config' | 'logger'>, stops: Stop[]): Promise<void> {
  const { config } = boot;
  const url = requireDatabaseUrl(config);
  stops.push(await startTracing('millrace-api', config.traced));
  const metrics = new Metrics('api');
  const hints = new RunHints(new PostgresHintChannel({ url, applicationName: 'millrace-api-hints' }));
  stops.push(() => hints.close());
  const onTold = (runIds: readonly string[]) => hints.told(runIds);
  const database = await Database.open({ url, applicationName: 'millrace-api', metrics, onTold });
  stops.push(() => database.close());
  const parts = { ...boot, database, hints, metrics, ...(await loadCatalogues(config)) };
  const app = await createApi(RootModule.forParts(parts), parts);
  stops.push(() => app.close());
  const scraped = await serveMetrics(metrics, config.metrics);
  stops.push(() => scraped.close());
  await listen(app, config.http);
}

async function loadCatalogues(config: Config): Promise<Pick<ApiParts, 'tasks' | 'feeds'>> {
  await mkdir(config.files.home, { recursive: true });
  const shipped = Object.values(shippedTasks).map((value) => ({ value, origin: '@millrace/tasks' }));
  const own = await loadCatalogue(config.tasks.source);
  return {
    tasks: TaskRegistry.from([...shipped, ...own]),
    feeds: FeedRegistry.withUserExports(own.map(({ value }) => value)),
  };
}
