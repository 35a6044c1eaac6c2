import type { Config } from '@millrace/config';
import type { ServiceBindings, TaskRegistry, WorkerPresence } from '@millrace/engine';
import type { Database } from '@millrace/postgres';
import type { WorkerInfo } from '@millrace/runs';
import type { Logger, Metrics, Recycle } from '@millrace/telemetry';

/** What the worker is built on, made at boot before it. */
export interface WorkerParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly recycle: Recycle;
  readonly database: Database;
  readonly tasks: TaskRegistry;
  readonly services: ServiceBindings;
  /** Who this worker is, and the queues it takes jobs from. */
  readonly worker: WorkerInfo;
  readonly presence: WorkerPresence;
}
