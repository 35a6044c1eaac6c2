import { loadConfig, readEnvironment, requireDatabaseUrl, type Config, type Environment } from '@millrace/config';
import {
  describeWorker,
  Executor,
  LEASE_MS,
  loadCatalogue,
  Loop,
  MAX_STALL_MS,
  publishTask,
  RunHints,
  Sweep,
  TaskRegistry,
  WorkerPresence,
} from '@millrace/engine';
import { FeedRegistry } from '@millrace/ingest';
import {
  Database,
  DetectionRollUps,
  FeedTables,
  LeaseRenewalThread,
  PostgresHintChannel,
  PostgresTaskDefinitions,
  PostgresWorkerLeases,
  PartitionRetention,
  RunRetention,
  RunStatistics,
} from '@millrace/postgres';
import { ShellRunner } from '@millrace/shell';
import * as shippedTasks from '@millrace/tasks';
import {
  createLogger,
  type Logger,
  Metrics,
  type OwnLife,
  type Recycle,
  serveMetrics,
  startInOrder,
  startTracing,
  type Stop,
} from '@millrace/telemetry';
import { NestFactory } from '@nestjs/core';
import { bindServices, type ServiceParts } from './bind-services.js';
import { countEnds, countFile, readEngine, readLoads } from './worker-metrics.js';
import type { WorkerParts } from './worker-parts.js';
import { WorkerModule } from './worker.module.js';

/** Milliseconds between two turns of a second each. */
const RETENTION_PAUSE_MS = 1_000;
/** Milliseconds between two foldings of what ended runs have told. */
const STATISTICS_PAUSE_MS = 5_000;
const ROLL_UP_PAUSE_MS = 2_000;
/** Milliseconds after the grace time of what runs, for what is aborted then, the hand-back, and closing everything. */
const CLOSING_MS = 40_000;
/** Connections beside those of one queue's executions. */
const SPARE_CONNECTIONS = 5;

/** Boots the worker from the environment and takes jobs; gives what stops it. */
export async function startWorker({ recycle, stopWithin }: OwnLife): Promise<Stop> {
  const environment = readEnvironment();
  const config = loadConfig(environment);
  stopWithin(config.worker.shutdownGraceMs + CLOSING_MS);
  const logger = createLogger({ name: 'worker', ...config.log });
  // A promise that some task let float must not end the runs of all the others.
  process.on('unhandledRejection', (reason) => logger.error({ err: reason }, 'a promise of a task failed unobserved'));
  return startInOrder((stops) => start({ config, environment, logger, recycle }, stops), logger);
}

interface Boot {
  readonly config: Config;
  readonly environment: Environment;
  readonly logger: Logger;
  readonly recycle: Recycle;
}

/** The lease is taken before the first job and given up after the last: a sweep takes runs only from who has none. */
async function start({ config, environment, logger, recycle }: Boot, stops: Stop[]): Promise<void> {
  const url = requireDatabaseUrl(config);
  const poolSize = config.worker.concurrency + SPARE_CONNECTIONS;
  stops.push(await startTracing('millrace-worker', config.traced));
  const metrics = new Metrics('worker');
  const hints = new RunHints(new PostgresHintChannel({ url, applicationName: 'millrace-worker-hints' }));
  stops.push(() => hints.close());
  const onTold = (runIds: readonly string[]) => hints.told(runIds);
  const database = await Database.open({ url, applicationName: 'millrace-worker', poolSize, metrics, onTold });
  stops.push(() => database.close());
  const tables = new FeedTables(database, { tasks: config.tasks.source });
  stops.push(() => tables.close());
  // Stopped after the executor has drained, which aborts what still runs; before the log and the lease have gone.
  const shell = new ShellRunner({ environment });
  const onFileEnded: ServiceParts['onFileEnded'] = (file) => countFile(metrics, file);
  const onLoader: ServiceParts['onLoader'] = (loader) => readLoads(metrics, loader);
  const catalogue = await loadTasks({ config, logger }, { database, tables, shell, onFileEnded, onLoader });
  await new PostgresTaskDefinitions(database).publish(catalogue.tasks.all().map(publishTask));

  const worker = describeWorker(
    config.worker.queues ?? catalogue.tasks.queues(),
    catalogue.tasks.all().map(({ id }) => id),
  );
  const lease = { worker, leaseMs: LEASE_MS, maxStallMs: MAX_STALL_MS };
  const renewal = new LeaseRenewalThread({ url, ...lease, logger });
  const presence = new WorkerPresence(worker, new PostgresWorkerLeases(database), renewal);
  stops.push(() => presence.stop());
  await presence.start();
  stops.push(() => shell.stop());

  const parts: WorkerParts = { config, logger, metrics, recycle, database, worker, presence, ...catalogue };
  const app = await NestFactory.createApplicationContext(WorkerModule.forParts(parts), {
    logger: false,
    abortOnError: false,
  });
  const executor = app.get(Executor, { strict: false });
  stops.push(async () => {
    await Promise.all([app.close(), executor.drain(config.worker.shutdownGraceMs)]);
  });
  // Ahead of the queue, which the application closes. While this worker drains, others sweep.
  const sweep = app.get(Sweep, { strict: false });
  stops.push(() => sweep.stop());
  const retention = new RunRetention(database, config.retention, logger);
  const deleting = new Loop('retention', RETENTION_PAUSE_MS, () => retention.runOnce(), logger);
  stops.push(() => deleting.stop());
  const expiry = new PartitionRetention(database, config.retention, logger, metrics);
  const expiring = new Loop('expiry', RETENTION_PAUSE_MS, () => expiry.runOnce(), logger);
  stops.push(() => expiring.stop());
  const statistics = new RunStatistics(database, (counts) => countEnds(metrics, counts));
  const counting = new Loop('statistics', STATISTICS_PAUSE_MS, () => statistics.runOnce(), logger);
  stops.push(() => counting.stop());
  const rollUps = new DetectionRollUps(database);
  const folding = new Loop('roll-ups', ROLL_UP_PAUSE_MS, () => rollUps.runOnce(), logger);
  stops.push(() => folding.stop());
  readEngine(metrics, executor, sweep);
  const scraped = await serveMetrics(metrics, config.metrics);
  stops.push(() => scraped.close());
  sweep.start();
  deleting.start();
  expiring.start();
  counting.start();
  folding.start();
}

async function loadTasks(
  { config, logger }: Pick<Boot, 'config' | 'logger'>,
  parts: Pick<ServiceParts, 'database' | 'tables' | 'shell' | 'onFileEnded' | 'onLoader'>,
): Promise<Pick<WorkerParts, 'tasks' | 'services'>> {
  const shipped = Object.values(shippedTasks).map((value) => ({ value, origin: '@millrace/tasks' }));
  const own = await loadCatalogue(config.tasks.source);
  const tasks = TaskRegistry.from([...shipped, ...own]);
  const feeds = FeedRegistry.withUserExports(own.map(({ value }) => value));
  for (const { table, why } of await parts.tables.prepare(feeds.list())) {
    logger.error({ err: why, table: table.name }, `files of feeds with this table are not loaded: ${why.message}`);
  }
  const services = bindServices({ ...parts, feeds, folders: config.files });
  services.assertComplete(tasks);
  return { tasks, services };
}
