export { delayAfter, type Backoff } from './retries/backoff.js';
export { BATCH_SCOPE, type BatchCreation, type BatchedRun, type BatchOutcome } from './store/batch-creation.port.js';
export {
  hasFailed,
  isForgotten,
  OUTCOME_STRIDE,
  type CallKind,
  type CallRecord,
  type ChildCallKind,
  type ChildOutcome,
  type ValueCallKind,
} from './store/call.js';
export { CANCEL_MESSAGES, type CancelCause } from './cancellation/cancel-mark.js';
export { type ClaimedRun, type ExecutionRef } from './store/claimed-run.js';
export { type Delivery } from './store/delivery.js';
export { callGate, isRateGate, keyGate, rateGate, type Gate } from './limits/gate.js';
export { InMemoryRunStore } from './memory/in-memory-run-store.js';
export { type NewCall, type NewChild, type NewValue } from './store/new-call.js';
export {
  type CreateOutcome,
  type Deduplication,
  type IdempotencyClaim,
  type NewRun,
  type RunTrigger,
} from './store/new-run.js';
export { type Once } from './store/once.js';
export { type ExpectedSentinel, type QueueSentinels } from './recovery/queue-sentinels.port.js';
export {
  cancelScope,
  type EndedRuns,
  type RunCancellation,
  type StoppedExecution,
} from './cancellation/run-cancellation.port.js';
export { RUN_TIMED_OUT, storableText, toRunError, type RunError } from './state/run-error.js';
export { newRunId } from './state/run-id.js';
export { type RunDeadlines } from './cancellation/run-deadlines.port.js';
export { planRetry, type RetryRefusal, type RetryStep } from './retries/plan-retry.js';
export { type Admission, type RunLimits, type TaskLimits } from './limits/run-limits.port.js';
export { type CallPlace, type LostRun, type OpenCall, type RunRepairs } from './recovery/run-repairs.port.js';
export { type RetryOutcome, retryScope, type RunRetries } from './retries/run-retries.port.js';
export { isTerminal, RUN_STATES, RunState, type TerminalState } from './state/run-state.js';
export {
  assertTransition,
  IllegalTransitionError,
  RUN_TRANSITIONS,
  type RunMove,
  type RunTransition,
} from './state/run-transitions.js';
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
} from './store/run-store.port.js';
export { type LeaseRenewal, type WorkerInfo, type WorkerLeases } from './recovery/worker-lease.port.js';
export { type WorkerRuns, type WorkerRunsPage } from './recovery/worker-runs.port.js';
