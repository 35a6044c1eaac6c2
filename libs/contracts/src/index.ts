export { FeedList } from './feed-list.js';
export { FileListQuery } from './file-list-query.js';
export { FileUploadQuery } from './file-upload-query.js';
export { FilesReloading, ReloadableState, ReloadFiles } from './reload-files.js';
export { RejectListQuery } from './reject-list-query.js';
export { JobPayload, RunDelivery } from './job.js';
export { Problem, ProblemIssue } from './problem.js';
export { RunListQuery } from './run-list-query.js';
export { ChildRun, ChildRunPage, PlaceQuery, RunCall, RunCallPage } from './run-call.js';
export { RunChildrenEvent, RunProgressEvent, RunStateEvent } from './run-event.js';
export { RunFeedGap, RunFeedQuery, RunHint } from './run-feed.js';
export { RunLogEnd, RunLogLine, RunLogPage, RunLogQuery } from './run-log.js';
export { CallNode, ChildNode, RunTree, RunTreeQuery } from './run-tree.js';
export { CreateRunBatch, RunBatchAccepted } from './run-batch.js';
export {
  LISTED_MESSAGE,
  ChildCounts,
  CreateRun,
  RunAccepted,
  RunAttempt,
  RunDetail,
  RunFailure,
  RunPage,
  RunStateName,
  RunSummary,
} from './run.js';
export {
  FeedStats,
  QueueStats,
  Stats,
  StatsQuery,
  StatsTimeline,
  StatsTimelineQuery,
  TaskStats,
  WorkerView,
} from './stats.js';
export { TaskDetail, TaskList, TaskSummary } from './task.js';
export { WaitQuery } from './wait-query.js';
export {
  FeedTableView,
  FeedView,
  FileCounts,
  FileDetail,
  FileExcerpt,
  FileAccepted,
  FilePage,
  FileReason,
  FileState,
  FileView,
  FoundBy,
  LoadFileInput,
  LoadFileResult,
  UnloadFileResult,
} from './file.js';
export {
  RejectPage,
  RejectResolution,
  RejectView,
  ResubmitOutcome,
  ResubmitReject,
  ResubmitRejectResult,
} from './reject.js';
export { DRY_RUN_REJECTS, FileDryRun } from './file-dry-run.js';
