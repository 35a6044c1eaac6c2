export { type DeliveryHandler } from './delivery-handler.port.js';
export { Dispatcher } from './dispatcher.js';
export {
  CatalogueError,
  IdempotencyConflictError,
  InputInvalidError,
  TaskUnknownError,
  type ValueIssue,
} from './engine.errors.js';
export { Executor, type ExecutorParts } from './executor.js';
export { InMemoryTaskQueue } from './in-memory-task-queue.js';
export { loadCatalogue, type CatalogueExport } from './load-catalogue.js';
export { Loop } from './loop.js';
export { publishTask } from './publish-task.js';
export { RunStarter, type StartedRun, type StartRequest } from './run-starter.js';
export { ServiceBindings } from './service-bindings.js';
export { Sweep, type SweepCounts, type SweepParts } from './sweep.js';
export { type PublishedTask, type TaskDefinitions } from './task-definitions.port.js';
export { type FlowParent, type TaskQueue } from './task-queue.port.js';
export { queueOf, TaskRegistry, type RegisteredTask } from './task-registry.js';
export { describeWorker, LEASE_MS, WorkerPresence } from './worker-presence.js';
