export { dryRunFile, FileDryRuns } from './dry-run-file.task.js';
export { fleetSummary } from './fleet-summary.task.js';
export { Fleet, VehicleSummary } from './fleet.js';
export { hello } from './hello.task.js';
export { FileLoading, loadFile, loadLargeFile } from './load-file.task.js';
export { Period } from './period.js';
export { RejectResubmission, resubmitReject } from './resubmit-reject.task.js';
export { FileUnloading, unloadFile } from './unload-file.task.js';
export { vehicleSummary } from './vehicle-summary.task.js';
