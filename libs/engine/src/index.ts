export { BatchStarter } from './batch-starter.js';
export { type DeliveryHandler, type OnCalled } from './delivery-handler.port.js';
export { Dispatcher } from './dispatcher.js';
export {
  CatalogueError,
  ConcurrencyKeyError,
  IdempotencyConflictError,
  InputInvalidError,
  RetryTooEarlyError,
  RunEndedError,
  RunNotRetryableError,
  TaskUnknownError,
  type ValueIssue,
} from './engine.errors.js';
export { Executor, type ExecutorParts } from './executor.js';
export { type HintChannel } from './follow/hint-channel.port.js';
export { InMemoryHintChannel } from './follow/in-memory-hint-channel.js';
export { LogFollowers, type LogPlace, type LogSight, type LogSights } from './follow/log-followers.js';
export { RunFollowers, type RunSights } from './follow/run-followers.js';
export { RunHints } from './follow/run-hints.js';
export { decodePosition, type RunPlace, type RunSight } from './follow/run-position.js';
export { InMemoryTaskQueue } from './in-memory-task-queue.js';
export { loadCatalogue, type CatalogueExport } from './load-catalogue.js';
export { Loop } from './loop.js';
export { toNewRun, type RunRequest } from './new-run.js';
export { publishTask } from './publish-task.js';
export { RunCanceller } from './run-canceller.js';
export { RunRetrier, type RetriedRun } from './run-retrier.js';
export { RunsInHand } from './runs-in-hand.js';
export { RunStarter, type StartedRun, type StartRequest } from './run-starter.js';
export { RunWaits } from './run-waits.js';
export { ServiceBindings } from './service-bindings.js';
export { allRepairs } from './sweep/all-repairs.js';
export { type Repair } from './sweep/repair.port.js';
export { Sweep, type SweepCounts } from './sweep/sweep.js';
export { UnknownTasks } from './sweep/unknown-tasks.js';
export { type SweepParts } from './sweep/sweep-parts.js';
export { type PublishedTask, type TaskDefinitions } from './task-definitions.port.js';
export { type FlowParent, type TaskQueue } from './task-queue.port.js';
export { queueOf, TaskRegistry, type RegisteredTask } from './task-registry.js';
export { describeWorker, LEASE_MS, MAX_STALL_MS, WorkerPresence } from './worker-presence.js';
