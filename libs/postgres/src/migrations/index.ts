import { CreateRuns0000000000001 } from './0001-create-runs.js';
import { CreateFiles0000000000002 } from './0002-create-files.js';
import { CreateFeedTables0000000000003 } from './0003-create-feed-tables.js';
import { CreateTelemetryViews0000000000004 } from './0004-create-telemetry-views.js';
import { AddRunControl0000000000005 } from './0005-add-run-control.js';
import { AddQueueSentinels0000000000006 } from './0006-add-queue-sentinels.js';
import { ShowProgress0000000000007 } from './0007-show-progress.js';
import { AddLimits0000000000008 } from './0008-add-limits.js';
import { AddRequestKeys0000000000009 } from './0009-add-request-keys.js';
import { AddClaimGate0000000000010 } from './0010-add-claim-gate.js';
import { CreateRejects0000000000012 } from './0012-create-rejects.js';
import { UnloadFiles0000000000013 } from './0013-unload-files.js';
import { RecordStepFailures0000000000014 } from './0014-record-step-failures.js';
import { AnalyzeRunsLater0000000000015 } from './0015-analyze-runs-later.js';
import { KeepDeduplicationKeys0000000000016 } from './0016-keep-deduplication-keys.js';
import { CountOddities0000000000017 } from './0017-count-oddities.js';
import { CountEndedRuns0000000000018 } from './0018-count-ended-runs.js';
import { KeepMoves0000000000019 } from './0019-keep-moves.js';
import { RollUpDetections0000000000020 } from './0020-roll-up-detections.js';
import { ResubmitRejects0000000000021 } from './0021-resubmit-rejects.js';
import { PartitionFeedTables0000000000022 } from './0022-partition-feed-tables.js';
import { TagRuns0000000000023 } from './0023-tag-runs.js';
import { SupersedeFiles0000000000024 } from './0024-supersede-files.js';
import { KeepHoursOfContents0000000000025 } from './0025-keep-hours-of-contents.js';
import { RegisterWhatComesBack0000000000026 } from './0026-register-what-comes-back.js';
import { FailArrivals0000000000027 } from './0027-fail-arrivals.js';
import { KeepExcerpts0000000000028 } from './0028-keep-excerpts.js';
import { LookUpChangedHours0000000000029 } from './0029-look-up-changed-hours.js';

/** In the order of their numbers. */
export const MIGRATIONS = [
  CreateRuns0000000000001,
  CreateFiles0000000000002,
  CreateFeedTables0000000000003,
  CreateTelemetryViews0000000000004,
  AddRunControl0000000000005,
  AddQueueSentinels0000000000006,
  ShowProgress0000000000007,
  AddLimits0000000000008,
  AddRequestKeys0000000000009,
  AddClaimGate0000000000010,
  CreateRejects0000000000012,
  UnloadFiles0000000000013,
  RecordStepFailures0000000000014,
  AnalyzeRunsLater0000000000015,
  KeepDeduplicationKeys0000000000016,
  CountOddities0000000000017,
  CountEndedRuns0000000000018,
  KeepMoves0000000000019,
  RollUpDetections0000000000020,
  ResubmitRejects0000000000021,
  PartitionFeedTables0000000000022,
  TagRuns0000000000023,
  SupersedeFiles0000000000024,
  KeepHoursOfContents0000000000025,
  RegisterWhatComesBack0000000000026,
  FailArrivals0000000000027,
  KeepExcerpts0000000000028,
  LookUpChangedHours0000000000029,
];
