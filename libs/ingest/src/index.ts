export {
  type Arrival,
  type FileIdentity,
  type FoundFile,
  type OpenArrival,
  type Predecessor,
} from './inbox/arrival.js';
export { ClaimedFiles } from './inbox/claimed-files.js';
export { databaseText } from './feeds/database-text.js';
export { EarlyEndError, FileRefusedError, type Place, type RefusalCode } from './scanning/document.errors.js';
export { FeedRegistry, SHIPPED_FEEDS } from './feeds/feed-registry.js';
export { AmbiguousFileNameError, DuplicateFeedError, DuplicateTableError } from './feeds/feed.errors.js';
export { type ColumnType } from './feeds/column-type.js';
export { defineTable, FILE_ID, type FeedTable, type TableColumn, type TableDefinition } from './feeds/feed-table.js';
export { defineFeed, isFeed, type Feed, type FeedDefinition } from './feeds/feed.js';
export {
  type DryRunOutcome,
  type DryRunRequest,
  type FailedArrival,
  type FailedPage,
  type FileLedger,
  type FoundWithRun,
  type KeptReject,
  type LoadRequest,
  type ReadingSinks,
  type ReadSoFar,
  type Refusal,
  type Registration,
  type ResubmitRequest,
  type StreamedFile,
  type ThreadReading,
  type UnloadRequest,
  type WriteRows,
} from './loading/file-ledger.port.js';
export { FailedLoads } from './loading/failed-loads.js';
export { fileChunks } from './scanning/file-chunks.js';
export { FileUnloader, type UnloadContext } from './loading/file-unloader.js';
export { type LoadContext } from './loading/file-load.js';
export { FileLoader, type EndedFile } from './loading/file-loader.js';
export { SUSPECT_FROM_ATTEMPT } from './loading/load-order.js';
export { FileUploads } from './inbox/file-uploads.js';
export { isTakeable } from './feeds/file-name-pattern.js';
export { InboxScan, type InboxScanParts } from './inbox/inbox-scan.js';
export { FolderUnusableError, UnknownInboxError } from './inbox/inbox.errors.js';
export { Inbox, type InboxFolders } from './inbox/inbox.js';
export { Inboxes } from './inbox/inboxes.js';
export { pathAway } from './inbox/path-away.js';
export {
  AlreadyEndedError,
  FencedLoadError,
  FileChangedError,
  FileEndedError,
  FileNotLoadedError,
  FileVanishedError,
  SupersededEndedError,
  UnknownFileError,
} from './loading/load.errors.js';
export { DryRunner } from './loading/dry-runner.js';
export { RejectResubmitter, type ResubmitContext } from './loading/reject-resubmitter.js';
export {
  RecordRefusedError,
  RejectCutError,
  RejectResolvedError,
  UnknownRejectError,
} from './loading/resubmit.errors.js';
export { LOAD_TASKS, loadTaskOf } from './loading/load-task.js';
export { type AcceptedTimes } from './feeds/accepted-times.js';
export { streamRecords } from './records/record-stream.js';
export { type RejectPolicy } from './feeds/reject-policy.js';
export { type Reject } from './records/reject.js';
export { integerField, numberField, optionalField } from './feeds/text-fields.js';
export { drivers } from './feeds/drivers.feed.js';
export { objectsDetection } from './feeds/objects-detection.feed.js';
export {
  type BuiltInRows,
  type BuiltInTarget,
  type DetectionEvent,
  type FeedRow,
  nameOfTarget,
  type RowTarget,
  type StatusReport,
} from './feeds/row-target.js';
export { isExpired } from './feeds/row-time.js';
export { timestamp } from './feeds/timestamp.js';
export { FileNameUnknownError, FileTooLargeError, InboxNotMountedError } from './inbox/upload.errors.js';
export { vehiclesStatus } from './feeds/vehicles-status.feed.js';
