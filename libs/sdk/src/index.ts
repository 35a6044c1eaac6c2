export { type BatchItem, type BatchOutcome, type BatchPolicy, type ItemContext } from './batch.js';
export { toMilliseconds, type Duration } from './duration.js';
export {
  FatalError,
  RunAbortedError,
  SnoozeError,
  StepFailedError,
  TaskFailedError,
  type AbortCode,
  type StepFailure,
} from './errors.js';
export { type JsonOnly, type NotJson } from './json.js';
export { checkConcurrency, type ConcurrencyLimit, type RateLimit } from './limits.js';
export { checkRetry, DEFAULT_RETRY, type RetryPolicy } from './retry-policy.js';
export { defineService, type Services, type ServiceToken } from './service.js';
export { Shell, shellTask, type ExitCodes, type ShellCommand, type ShellTaskDefinition } from './shell-task.js';
export {
  LOG_LEVELS,
  type Completion,
  type InvokeOptions,
  type LogLevel,
  type MapOptions,
  type Outcome,
  type TaskContext,
  type TaskLog,
} from './task-context.js';
export { DEFAULT_ATTEMPT_TIMEOUT, timeoutMs } from './timeout.js';
export { DEFAULT_QUEUE, defineTask, isTask, type AnyTaskDefinition, type Task, type TaskDefinition } from './task.js';
