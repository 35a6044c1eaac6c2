export { migrateQueueSchema } from './postgres/queue-schema.js';
export { QueueUnavailableError } from './queue.errors.js';
export { TASK_QUEUE, TaskQueueModule, type TaskQueueModuleOptions } from './producer/task-queue.module.js';
export { WorkerHostModule, type WorkerHostModuleOptions } from './worker/worker-host.module.js';
