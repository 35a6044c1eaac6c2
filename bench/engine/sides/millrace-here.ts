import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { TASK_QUEUE, TaskQueueModule } from '@millrace/bullmq';
import { loadConfig } from '@millrace/config';
import { Dispatcher, RunStarter, TaskRegistry, type TaskQueue } from '@millrace/engine';
import { Database, PostgresRunStore } from '@millrace/postgres';
import { createLogger } from '@millrace/telemetry';
import { NestFactory } from '@nestjs/core';
import * as tasks from '../tasks/bench.task.js';
import { environmentOf, startWorkerHere, type WorkerEnvironment } from './millrace-apps.js';

/** The API's starter and the whole built worker in one process, as raw BullMQ adds and processes in one. */
export class MillraceHere {
  /** All runs with lower ids have finished. */
  #finishedBefore = '00000000-0000-0000-0000-000000000000';

  private constructor(
    private readonly starter: RunStarter,
    private readonly database: Database,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(environment: WorkerEnvironment): Promise<MillraceHere> {
    Object.assign(process.env, environmentOf(environment));
    const stopWorker = await startWorkerHere();
    const config = loadConfig();
    const logger = createLogger({ name: 'bench', ...config.log });
    const database = await Database.open({ url: environment.databaseUrl, applicationName: 'bench-starter' });
    const registry = TaskRegistry.from(Object.values(tasks).map((value) => ({ value, origin: 'bench' })));
    const module = TaskQueueModule.forRoot({
      ...{ config, logger, queues: registry.queues(), batchSizes: registry.batchSizes() },
    });
    const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    const store = new PostgresRunStore(database);
    const starter = new RunStarter(registry, store, new Dispatcher(store, app.get<TaskQueue>(TASK_QUEUE), logger));
    return new MillraceHere(starter, database, async () => {
      await app.close();
      await stopWorker();
      await database.close();
    });
  }

  /** Resolves once the run is committed. */
  async startRun(taskId: string, input: unknown): Promise<void> {
    await this.starter.start({ taskId, input, trigger: 'api' });
  }

  /** Resolves when no run is unfinished. @throws when one has not succeeded */
  async untilAllSucceeded(): Promise<void> {
    for (let first = await this.#firstUnfinished(); first !== undefined; first = await this.#firstUnfinished()) {
      this.#finishedBefore = first;
      await delay(5);
    }
    const { rowCount } = await this.database.query(UNSUCCESSFUL);
    if (rowCount > 0) throw new Error('A run of the benchmark did not succeed.');
  }

  async #firstUnfinished(): Promise<string | undefined> {
    const { rows } = await this.database.query<{ id: string }>(FIRST_UNFINISHED, [this.#finishedBefore]);
    return rows[0]?.id;
  }
}

/** From an id on: beside a transaction held open the index keeps an entry of every run that has finished. */
const FIRST_UNFINISHED = `/* bench.first-unfinished */
SELECT id FROM millrace.runs WHERE finished_at IS NULL AND id >= $1 ORDER BY id LIMIT 1`;
const UNSUCCESSFUL = '/* bench.unsuccessful */ SELECT FROM millrace.runs WHERE error IS NOT NULL LIMIT 1';
