import { loadConfig, requireDatabaseUrl, type Config } from '@millrace/config';
import {
  describeWorker,
  Executor,
  loadCatalogue,
  Loop,
  publishTask,
  Sweep,
  TaskRegistry,
  WorkerPresence,
} from '@millrace/engine';
import { FeedRegistry } from '@millrace/ingest';
import { Database, FeedTables, PostgresTaskDefinitions, PostgresWorkerLeases } from '@millrace/postgres';
import * as shippedTasks from '@millrace/tasks';
import { createLogger, type Stop } from '@millrace/telemetry';
import { NestFactory } from '@nestjs/core';
import { bindServices } from './bind-services.js';
import type { WorkerParts } from './worker-parts.js';
import { WorkerModule } from './worker.module.js';

const SWEEP_PAUSE_MS = 2_000;

/** Boots the worker from the environment and takes jobs; gives what stops it. */
export async function startWorker(): Promise<Stop> {
  const config = loadConfig();
  const stops: Stop[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    await start(config, stops);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The lease is taken before the first job and given up after the last: a sweep takes runs only from who has none. */
async function start(config: Config, stops: Stop[]): Promise<void> {
  const database = await Database.open({ url: requireDatabaseUrl(config), applicationName: 'millrace-worker' });
  stops.push(() => database.close());
  const tables = new FeedTables(database);
  stops.push(() => tables.close());
  const parts = await toParts(config, database, tables);
  await new PostgresTaskDefinitions(database).publish(parts.tasks.all().map(publishTask));

  const presence = new WorkerPresence(parts.worker, new PostgresWorkerLeases(database), parts.logger);
  stops.push(() => presence.stop());
  await presence.start();

  const app = await NestFactory.createApplicationContext(WorkerModule.forParts(parts), {
    logger: false,
    abortOnError: false,
  });
  const executor = app.get(Executor, { strict: false });
  stops.push(async () => {
    await Promise.all([app.close(), executor.drain(config.worker.shutdownGraceMs)]);
  });

  const sweep = app.get(Sweep, { strict: false });
  const sweeping = new Loop('sweep', SWEEP_PAUSE_MS, async () => void (await sweep.runOnce()), parts.logger);
  stops.push(() => sweeping.stop());
  sweeping.start();
}

async function toParts(config: Config, database: Database, tables: FeedTables): Promise<WorkerParts> {
  const shipped = Object.values(shippedTasks).map((value) => ({ value, origin: '@millrace/tasks' }));
  const own = await loadCatalogue(config.tasks.source);
  const tasks = TaskRegistry.from([...shipped, ...own]);
  const feeds = FeedRegistry.withUserExports(own.map(({ value }) => value));
  const services = bindServices({ database, tables, feeds, folders: config.files });
  services.assertComplete(tasks);
  return {
    config,
    database,
    tasks,
    services,
    logger: createLogger({ name: 'worker', ...config.log }),
    worker: describeWorker(config.worker.queues ?? tasks.queues()),
  };
}
