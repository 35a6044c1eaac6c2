import { mkdir } from 'node:fs/promises';
import { loadConfig, requireDatabaseUrl, type Config } from '@millrace/config';
import { loadCatalogue, RunHints, TaskRegistry } from '@millrace/engine';
import { FeedRegistry } from '@millrace/ingest';
import { Database, PostgresHintChannel } from '@millrace/postgres';
import * as shippedTasks from '@millrace/tasks';
import { createLogger, Metrics, serveMetrics, startTracing, type Stop } from '@millrace/telemetry';
import type { ApiParts } from './api-parts.js';
import { createApi } from './create-api.js';
import { listen } from './listen.js';
import { RootModule } from './root.module.js';

/** Boots the API from the environment and listens; gives what stops it. */
export async function startApi(): Promise<Stop> {
  const config = loadConfig();
  const stopTracing = await startTracing('millrace-api', config.traced);
  const metrics = new Metrics('api');
  const url = requireDatabaseUrl(config);
  const hints = new RunHints(new PostgresHintChannel({ url, applicationName: 'millrace-api-hints' }));
  const onTold = (runIds: readonly string[]) => hints.told(runIds);
  const database = await Database.open({ url, applicationName: 'millrace-api', metrics, onTold });
  try {
    const parts = await toParts(config, { database, hints, metrics });
    const app = await createApi(RootModule.forParts(parts), parts);
    const scraped = await serveMetrics(metrics, config.metrics);
    await listen(app, config.http);
    return async () => {
      await app.close();
      await scraped.close();
      await hints.close();
      await database.close();
      await stopTracing();
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function toParts(config: Config, opened: Pick<ApiParts, 'database' | 'hints' | 'metrics'>): Promise<ApiParts> {
  await mkdir(config.files.home, { recursive: true });
  const shipped = Object.values(shippedTasks).map((value) => ({ value, origin: '@millrace/tasks' }));
  const own = await loadCatalogue(config.tasks.source);
  return {
    config,
    ...opened,
    logger: createLogger({ name: 'api', ...config.log }),
    tasks: TaskRegistry.from([...shipped, ...own]),
    feeds: FeedRegistry.withUserExports(own.map(({ value }) => value)),
  };
}
