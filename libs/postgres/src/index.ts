export { Database, type DatabaseOptions, type SqlExecutor, type Transaction } from './database.js';
export { RunQueries, type RunFilter } from './run-queries/run-queries.repository.js';
export { type RunReading } from './run-queries/run-reading.js';
export { finishRun } from './runs/finish-runs.js';
export { insertRun } from './runs/insert-runs.js';
<<<<<<< HEAD
export { PostgresBatchCreation } from './runs/postgres-batch-creation.js';
=======
export { PostgresQueueSentinels } from './runs/postgres-queue-sentinels.js';
>>>>>>> 631db35 (Notice the loss of a queue by a sentinel)
export { PostgresRunRepairs } from './runs/postgres-run-repairs.js';
export { PostgresRunStore } from './runs/postgres-run-store.js';
export { PostgresTaskDefinitions } from './runs/postgres-task-definitions.js';
export { isPassing } from './sql-state.js';
export { PostgresWorkerLeases } from './runs/postgres-worker-leases.js';
export { FeedTables } from './feeds/feed-tables.js';
export { FleetQueries, type Period, type VehicleSummary } from './feeds/fleet-queries.js';
export { FileQueries, type FileFilter } from './files/file-queries.js';
export { PostgresFileLedger } from './files/postgres-file-ledger.js';
