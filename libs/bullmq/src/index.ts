export { migrateQueueSchema } from './queue-schema.js';
export { QueueUnavailableError } from './queue.errors.js';
export { TASK_QUEUE, TaskQueueModule, type TaskQueueModuleOptions } from './task-queue.module.js';
export { WorkerHostModule, type WorkerHostModuleOptions } from './worker-host.module.js';
