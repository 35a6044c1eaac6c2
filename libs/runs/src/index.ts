export { delayAfter, type Backoff } from './backoff.js';
export { BATCH_SCOPE, type BatchCreation, type BatchedRun, type BatchOutcome } from './batch-creation.port.js';
export {
  hasFailed,
  isForgotten,
  OUTCOME_STRIDE,
  type CallKind,
  type CallRecord,
  type ChildCallKind,
  type ChildOutcome,
  type ValueCallKind,
} from './call.js';
export { CANCEL_MESSAGES, type CancelCause } from './cancel-mark.js';
export { type ClaimedRun, type ExecutionRef } from './claimed-run.js';
export { type Delivery } from './delivery.js';
export { callGate, isRateGate, keyGate, rateGate, type Gate } from './gate.js';
export { InMemoryRunStore } from './in-memory-run-store.js';
export { type NewCall, type NewChild, type NewValue } from './new-call.js';
export {
  type CreateOutcome,
  type Deduplication,
  type IdempotencyClaim,
  type NewRun,
  type RunTrigger,
} from './new-run.js';
export { type Once } from './once.js';
export { type ExpectedSentinel, type QueueSentinels } from './queue-sentinels.port.js';
export { cancelScope, type EndedRuns, type RunCancellation, type StoppedExecution } from './run-cancellation.port.js';
export { RUN_TIMED_OUT, storableText, toRunError, type RunError } from './run-error.js';
export { newRunId } from './run-id.js';
export { type RunDeadlines } from './run-deadlines.port.js';
export { planRetry, type RetryRefusal, type RetryStep } from './plan-retry.js';
export { type Admission, type RunLimits, type TaskLimits } from './run-limits.port.js';
export { type CallPlace, type LostRun, type OpenCall, type RunRepairs } from './run-repairs.port.js';
export { type RetryOutcome, retryScope, type RunRetries } from './run-retries.port.js';
export { isTerminal, RUN_STATES, RunState, type TerminalState } from './run-state.js';
export {
  assertTransition,
  IllegalTransitionError,
  RUN_TRANSITIONS,
  type RunMove,
  type RunTransition,
} from './run-transitions.js';
export {
  FENCED,
  NoLeaseError,
  StoreRefusedError,
  TOO_EARLY,
  type Fenced,
  type FinishedRun,
  type LogLine,
  type ReopenedChildren,
  type Requeue,
  type RunEnd,
  type RunProgress,
  type RunStore,
  type TooEarly,
} from './run-store.port.js';
export { type LeaseRenewal, type WorkerInfo, type WorkerLeases } from './worker-lease.port.js';
export { type WorkerRuns, type WorkerRunsPage } from './worker-runs.port.js';
