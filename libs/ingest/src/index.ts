export { type Arrival, type FileIdentity, type FoundFile, type OpenArrival } from './arrival.js';
export { ClaimedFiles } from './claimed-files.js';
export { databaseText } from './database-text.js';
export { EarlyEndError, FileRefusedError, type Place, type RefusalCode } from './document.errors.js';
export { FeedRegistry, SHIPPED_FEEDS } from './feed-registry.js';
export { AmbiguousFileNameError, DuplicateFeedError } from './feed.errors.js';
export { defineFeed, isFeed, type Feed, type FeedDefinition } from './feed.js';
export {
  type FileLedger,
  type FoundWithRun,
  type LoadRequest,
  type ReadingSinks,
  type ReadSoFar,
  type Registration,
  type StreamedFile,
  type ThreadReading,
  type UnloadRequest,
  type WriteRows,
} from './file-ledger.port.js';
export { fileChunks } from './file-chunks.js';
export { FileUnloader, type UnloadContext } from './file-unloader.js';
export { type LoadContext } from './file-load.js';
export { FileLoader, type EndedFile } from './file-loader.js';
export { FileUploads } from './file-uploads.js';
export { isTakeable } from './file-name-pattern.js';
export { InboxScan, type InboxScanParts } from './inbox-scan.js';
export { FolderUnusableError } from './inbox.errors.js';
export { Inbox, type InboxFolders } from './inbox.js';
export {
  AlreadyEndedError,
  FencedLoadError,
  FileChangedError,
  FileEndedError,
  FileNotLoadedError,
  FileVanishedError,
  UnknownFeedError,
  UnknownFileError,
} from './load.errors.js';
export { LARGE_BYTES } from './load-progress.js';
export { streamRecords } from './record-stream.js';
export { type RejectPolicy } from './reject-policy.js';
export { type Reject } from './reject.js';
export { objectsDetection } from './objects-detection.feed.js';
export { type DetectionEvent, type RowTarget, type StatusReport, type TargetRows } from './row-target.js';
export { timestamp } from './timestamp.js';
export { FileNameUnknownError, FileTooLargeError, InboxNotMountedError } from './upload.errors.js';
export { vehiclesStatus } from './vehicles-status.feed.js';
