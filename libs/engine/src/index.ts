export { BatchStarter } from './requests/batch-starter.js';
export { type DeliveryHandler, type OnCalled } from './queue/delivery-handler.port.js';
export { Dispatcher } from './queue/dispatcher.js';
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
export { InMemoryTaskQueue } from './queue/in-memory-task-queue.js';
export { loadCatalogue, type CatalogueExport } from './catalogue/load-catalogue.js';
export { Loop } from './loop.js';
export { toNewRun, type RunRequest } from './requests/new-run.js';
export { publishTask } from './catalogue/publish-task.js';
export { RunCanceller } from './requests/run-canceller.js';
export { RunRetrier, type RetriedRun } from './requests/run-retrier.js';
export { RunsInHand } from './runs-in-hand.js';
export { RunStarter, type StartedRun, type StartRequest } from './requests/run-starter.js';
export { RunWaits } from './requests/run-waits.js';
export { ServiceBindings } from './catalogue/service-bindings.js';
export { allRepairs } from './sweep/all-repairs.js';
export { type Repair } from './sweep/repair.port.js';
export { Sweep, type SweepCounts } from './sweep/sweep.js';
export { UnknownTasks } from './sweep/unknown-tasks.js';
export { type SweepParts } from './sweep/sweep-parts.js';
export { type PublishedTask, type TaskDefinitions } from './catalogue/task-definitions.port.js';
export { type FlowParent, type TaskQueue } from './queue/task-queue.port.js';
export { queueOf, TaskRegistry, type RegisteredTask } from './catalogue/task-registry.js';
export { describeWorker, LEASE_MS, MAX_STALL_MS, WorkerPresence } from './worker-presence.js';
