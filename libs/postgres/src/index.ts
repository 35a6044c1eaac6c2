export { Database, type DatabaseOptions, type SqlExecutor, type Transaction } from './database.js';
export { RunQueries } from './run-queries/run-queries.repository.js';
export { type RunListing, type RunPlace, type RunsFound } from './run-queries/run-listing.js';
export { RunFollowQueries } from './run-queries/run-follow-queries.repository.js';
export { RunCallQueries } from './run-queries/run-call-queries.repository.js';
export { type RunReading } from './run-queries/run-reading.js';
export { readRunTree } from './run-queries/run-tree.js';
export { finishRun } from './runs/ends/finish-runs.js';
export { insertRun } from './runs/creation/insert-runs.js';
export { PartitionRetention } from './retention/partition-retention.js';
export { RunRetention, type RetentionAges } from './retention/run-retention.js';
export { PostgresBatchCreation } from './runs/creation/postgres-batch-creation.js';
export { LeaseRenewalThread } from './runs/claims/lease-renewal.js';
export { PostgresQueueSentinels } from './runs/sweep/postgres-queue-sentinels.js';
export { PostgresRunCancellation } from './runs/cancellation/postgres-run-cancellation.js';
export { PostgresRunDeadlines } from './runs/ends/postgres-run-deadlines.js';
export { PostgresRunRepairs } from './runs/sweep/postgres-run-repairs.js';
export { PostgresRunRetries } from './runs/retries/postgres-run-retries.js';
export { PostgresRunStore } from './runs/postgres-run-store.js';
export { PostgresWorkerRuns } from './runs/claims/postgres-worker-runs.js';
export { PostgresTaskDefinitions } from './runs/creation/postgres-task-definitions.js';
export { PostgresHintChannel } from './hints/postgres-hint-channel.js';
export { Leadership, type Led } from './leadership/leadership.js';
export { isPassing } from './sql-state.js';
export { PostgresWorkerLeases } from './runs/claims/postgres-worker-leases.js';
export { RunStatistics } from './statistics/run-statistics.js';
export {
  type FeedStatistic,
  type LiveWorker,
  type QueueDepth,
  type StatisticRow,
  StatisticsQueries,
  type StatisticWindow,
} from './statistics/statistics-queries.repository.js';
export { DetectionRollUps, type FoldingPace } from './rollups/detection-roll-ups.js';
export { FeedTables } from './feeds/feed-tables.js';
export { FleetQueries, type Period, type VehicleSummary } from './feeds/fleet-queries.js';
export { FileQueries, type FileFilter } from './files/file-queries.js';
export { FileReloads } from './files/unloading/file-reloads.js';
export { PostgresFileLedger } from './files/postgres-file-ledger.js';
