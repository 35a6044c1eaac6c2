import { TASK_QUEUE } from '@millrace/bullmq';
import {
  BatchStarter,
  Dispatcher,
  LogFollowers,
  RunCanceller,
  RunFollowers,
  RunRetrier,
  RunStarter,
  RunWaits,
  type TaskQueue,
} from '@millrace/engine';
import {
  PostgresBatchCreation,
  PostgresRunCancellation,
  PostgresRunRetries,
  PostgresRunStore,
  RunCallQueries,
  RunFollowQueries,
  RunQueries,
} from '@millrace/postgres';
import type { Provider } from '@nestjs/common';
import type { ApiParts } from '../api-parts.js';
import { AwaitedRuns } from './awaited-runs.js';

/** What the routes of runs ask: what reads and follows runs, and what starts and steers them. */
export function runProviders({ database, tasks, logger }: Pick<ApiParts, 'database' | 'tasks' | 'logger'>): Provider[] {
  const store = new PostgresRunStore(database);
  const queries = new RunQueries(database);
  const following = new RunFollowQueries(database);
  const byDispatcher = <T>(make: (dispatcher: Dispatcher) => T) => ({ inject: [Dispatcher], useFactory: make });
  return [
    { provide: RunQueries, useValue: queries },
    { provide: RunCallQueries, useValue: new RunCallQueries(database) },
    { provide: RunWaits, useValue: new RunWaits(queries, logger) },
    AwaitedRuns,
    { provide: RunFollowQueries, useValue: following },
    { provide: RunFollowers, useValue: new RunFollowers(following, logger) },
    { provide: LogFollowers, useValue: new LogFollowers(following, logger) },
    {
      provide: Dispatcher,
      inject: [TASK_QUEUE],
      useFactory: (queue: TaskQueue) => new Dispatcher(store, queue, logger),
    },
    { provide: RunStarter, ...byDispatcher((dispatcher) => new RunStarter(tasks, store, dispatcher)) },
    {
      provide: BatchStarter,
      ...byDispatcher((dispatcher) => new BatchStarter(tasks, new PostgresBatchCreation(database), dispatcher)),
    },
    {
      provide: RunCanceller,
      ...byDispatcher((dispatcher) => new RunCanceller(new PostgresRunCancellation(database), dispatcher)),
    },
    {
      provide: RunRetrier,
      ...byDispatcher((dispatcher) => new RunRetrier(new PostgresRunRetries(database), dispatcher)),
    },
  ];
}
