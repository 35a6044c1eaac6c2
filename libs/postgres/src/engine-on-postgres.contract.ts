import {
  allRepairs,
  Dispatcher,
  Executor,
  type ExecutorParts,
  RunsInHand,
  ServiceBindings,
  Sweep,
  type SweepParts,
  type TaskQueue,
  type TaskRegistry,
} from '@millrace/engine';
import { silentLogger } from '@millrace/telemetry';
import { randomUUID } from 'node:crypto';
import type { Database } from './database.js';
import { holdLease } from './database-rig.contract.js';
import { PostgresQueueSentinels } from './runs/sweep/postgres-queue-sentinels.js';
import { PostgresRunCancellation } from './runs/cancellation/postgres-run-cancellation.js';
import { PostgresRunDeadlines } from './runs/ends/postgres-run-deadlines.js';
import { PostgresRunRepairs } from './runs/sweep/postgres-run-repairs.js';
import { PostgresRunStore } from './runs/postgres-run-store.js';
import { PostgresWorkerRuns } from './runs/claims/postgres-worker-runs.js';

/** What a process has of the engine on this database: every repair, in touch for ever unless the spec says otherwise. */
export function repairPartsOn(database: Database, queue: TaskQueue, given: Partial<SweepParts> = {}): SweepParts {
  const store = new PostgresRunStore(database);
  return {
    ...{ repairs: new PostgresRunRepairs(database), sentinels: new PostgresQueueSentinels(database) },
    ...{ cancellation: new PostgresRunCancellation(database), deadlines: new PostgresRunDeadlines(database) },
    ...{ store, queue, dispatcher: new Dispatcher(store, queue, silentLogger), logger: silentLogger },
    ...{ leaseMs: 1, inTouchMs: () => Infinity, workerRuns: new PostgresWorkerRuns(database) },
    // Of a worker that has nothing.
    ...{ workerId: randomUUID(), inHand: new RunsInHand() },
    ...given,
  };
}

/** A sweep of all repairs that a process makes. */
export function sweepOn(database: Database, queue: TaskQueue, given: Partial<SweepParts> = {}): Sweep {
  return new Sweep(allRepairs(repairPartsOn(database, queue, given)), silentLogger);
}

/** An executor whose worker holds its lease. */
export async function executorOn(
  database: Database,
  queue: TaskQueue,
  registry: TaskRegistry,
  given: Partial<ExecutorParts> = {},
): Promise<Executor> {
  const { store, dispatcher, cancellation, logger } = repairPartsOn(database, queue);
  const { id: workerId } = await holdLease(database, registry.queues());
  return new Executor({
    ...{ workerId, registry, services: new ServiceBindings(), store, dispatcher, cancellation, logger },
    renewLease: async () => undefined,
    recycle: () => undefined,
    ...given,
  });
}
